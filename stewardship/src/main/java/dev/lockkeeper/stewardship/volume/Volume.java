package dev.lockkeeper.stewardship.volume;

import dev.lockkeeper.problem.Place;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rows that are to be generated.
 *
 * @param seed from which all values come
 * @param before SQL that is run before them, such as what makes partitions
 * @param after SQL that is run when they are there
 * @param tables in the order of the file
 */
public record Volume(long seed, List<Sql> before, List<Sql> after, List<OfTable> tables) {
    public Volume {
        before = List.copyOf(before);
        after = List.copyOf(after);
        tables = List.copyOf(tables);
    }

    /** A statement of the file. */
    public record Sql(Place place, String text) {}

    /**
     * The rows of one table.
     *
     * @param appends whether they come to rows that are there already
     * @param parents rows of other tables to which they refer, beside those of foreign keys
     */
    record OfTable(
            Place place, String table, long rows, boolean appends, List<Parent> parents, Map<String, Recipe> columns) {
        OfTable {
            parents = List.copyOf(parents);
            columns = new LinkedHashMap<>(columns);
        }
    }

    /**
     * Rows to which others refer.
     *
     * @param columns of the table that refers, with those of the table that is referred to
     * @param skew 0 for all alike; the more, the more often the first are taken
     * @param where a condition on the rows; null for all
     * @param nulls the share of rows that refer to none
     */
    record Parent(
            Place place,
            String table,
            Map<String, String> columns,
            double skew,
            @Nullable String where,
            double nulls) {
        Parent {
            columns = new LinkedHashMap<>(columns);
        }
    }
}
