package dev.lockkeeper.describe.erd;

import dev.lockkeeper.catalog.model.Column;

/**
 * A column in a box.
 *
 * @param primary whether it is part of the primary key
 * @param unique whether it is alone in a unique constraint
 * @param foreign whether a foreign key has it
 * @param nullable whether it may hold NULL: neither it nor its domain refuses that
 */
public record Row(Column column, boolean primary, boolean unique, boolean foreign, boolean nullable) {
    /** Its type with the short names that PostgreSQL takes as well. */
    public String type() {
        return column.type()
                .spelled()
                .replace("timestamp with time zone", "timestamptz")
                .replace("timestamp without time zone", "timestamp")
                .replace("time with time zone", "timetz")
                .replace("time without time zone", "time")
                .replace("character varying", "varchar")
                .replaceFirst("^character(?=\\(|\\[|$)", "char")
                .replace("pg_catalog.", "");
    }
}
