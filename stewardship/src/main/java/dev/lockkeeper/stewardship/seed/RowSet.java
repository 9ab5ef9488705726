package dev.lockkeeper.stewardship.seed;

import dev.lockkeeper.problem.Place;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Rows of one table.
 *
 * @param table its name as the file writes it
 * @param key the columns by which a row is found again
 * @param keeps whether a row that is there stays as it is
 */
record RowSet(Place place, String table, List<String> key, Place keyPlace, boolean keeps, List<Line> lines) {
    RowSet {
        key = List.copyOf(key);
        lines = List.copyOf(lines);
    }

    /** A row, with what is said for all rows of its set. */
    record Line(Place place, Map<String, Cell> cells) {
        Line {
            cells = new LinkedHashMap<>(cells);
        }

        /** A cell that is known to be there. */
        Cell cell(String column) {
            Cell cell = cells.get(column);
            if (cell == null) {
                throw new IllegalStateException("nothing is said of " + column);
            }
            return cell;
        }
    }
}
