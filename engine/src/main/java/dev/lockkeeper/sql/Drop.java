package dev.lockkeeper.sql;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that a statement takes away together with its data, as the statement spells it. Whatever is not understood may
 * take away anything.
 *
 * @param kind what it is
 * @param name the table, schema or extension, quotes and schema included; empty when the statement does not tell
 * @param column the column; null when it is not a column
 */
public record Drop(Kind kind, String name, @Nullable String column) {
    /** What is taken away. */
    public enum Kind {
        TABLE,
        COLUMN,
        SCHEMA,
        EXTENSION,
        /** Rows of a table that stays. */
        ROWS,
        /** What stands in columns of rows that stay. */
        VALUES,
        /** A table, whichever, a column or a schema is given another name or place: what comes later may mean it. */
        RENAMED,
        /** A table is made: what comes later may mean it. */
        MADE,
        /** The statement runs code of which it does not tell what it does. */
        UNKNOWN
    }

    /**
     * What a statement takes away, in its order; empty when it takes nothing away that has data. Triggers, rules and what an
     * extension does are not looked at.
     */
    public static List<Drop> of(Statement statement) {
        return new DropReader(statement.sql()).read();
    }
}
