package dev.lockkeeper.describe.dictionary;

import dev.lockkeeper.catalog.model.Column;
import dev.lockkeeper.catalog.model.Relation;
import dev.lockkeeper.catalog.model.Routine;
import dev.lockkeeper.catalog.model.UserType;
import dev.lockkeeper.describe.model.Documented;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How much of a database has a comment.
 *
 * @param commented how many objects have one
 * @param missing those that have none, such as {@code column app.orders.total}
 */
public record Coverage(int commented, List<String> missing) {
    public Coverage {
        missing = List.copyOf(missing);
    }

    /** Counts schemas, tables, views, their columns, types and routines. */
    public static Coverage of(Documented documented) {
        Counting counting = new Counting();
        documented.model().schemas().forEach(one -> counting.count("schema", one.name(), one.comment()));
        for (Relation relation : documented.model().relations()) {
            counting.count(relation.kind().word(), relation.name().toString(), relation.comment());
            for (Column column : relation.columns()) {
                counting.count("column", relation.name() + "." + column.name(), column.comment());
            }
        }
        for (UserType type : documented.model().types()) {
            counting.count("type", type.name().toString(), type.comment());
        }
        for (Routine routine : documented.model().routines()) {
            counting.count("routine", routine.name() + "(" + routine.arguments() + ")", routine.comment());
        }
        return new Coverage(counting.commented, counting.missing);
    }

    private static final class Counting {
        private final List<String> missing = new ArrayList<>();
        private int commented;

        void count(String kind, String name, @Nullable String comment) {
            if (comment == null || comment.isBlank()) {
                missing.add(kind + " " + name);
            } else {
                commented++;
            }
        }
    }

    public int all() {
        return commented + missing.size();
    }

    /** The share in percent, rounded down so that 100 means all; 100 when there is nothing. */
    public int percent() {
        return all() == 0 ? 100 : (int) (commented * 100L / all());
    }
}
