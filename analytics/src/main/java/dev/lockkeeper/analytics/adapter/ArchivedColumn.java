package dev.lockkeeper.analytics.adapter;

import org.jspecify.annotations.Nullable;

/**
 * A column of a table as a Parquet file keeps it, so that every value is there exactly: as a type that Spark and others read, or as the text
 * that PostgreSQL writes for it. Ids are text, because Spark reads no file with a column of UUIDs.
 *
 * @param kept the type in DuckDB
 * @param cast what makes the value one that is sent in the binary form of that type; empty where it is one
 * @param canon its text for comparing in PostgreSQL, in which {@code %s} is the value; null for floating numbers, whose texts differ
 * @param canonOfFile the same in DuckDB
 */
record ArchivedColumn(
        ColumnKind column,
        String kept,
        String cast,
        @Nullable String canon,
        @Nullable String canonOfFile) {
    private static final String AS_TEXT = "%s";

    /**
     * The way of a column.
     *
     * @param special whether it has a value that the usual type has not: NaN, or a time that is infinite or beyond what DuckDB counts
     */
    static ArchivedColumn of(ColumnKind column, boolean special) {
        String plain = special ? "" : column.base();
        return switch (plain) {
            case "bool" -> same(column, "BOOLEAN");
            case "int2" -> same(column, "SMALLINT");
            case "int4" -> same(column, "INTEGER");
            case "int8" -> same(column, "BIGINT");
            case "float4" -> new ArchivedColumn(column, "FLOAT", "", null, null);
            case "float8" -> new ArchivedColumn(column, "DOUBLE", "", null, null);
            case "text", "varchar", "name", "enum" -> new ArchivedColumn(column, "VARCHAR", "", "%s::text", AS_TEXT);
            // its cast to text would cut its blanks
            case "bpchar" -> new ArchivedColumn(column, "VARCHAR", "", "textin(bpcharout(%s))", AS_TEXT);
            case "numeric" -> {
                String decimal = ColumnKind.decimal(column.modifier());
                // DuckDB writes no zero before the point where there is never another digit
                yield decimal == null
                        ? text(column)
                        : new ArchivedColumn(
                                column, decimal, "", "%s::text", "regexp_replace(%s::varchar, '^(-?)[.]', '\\10.')");
            }
            case "timestamptz" ->
                new ArchivedColumn(
                        column,
                        "TIMESTAMPTZ",
                        "::timestamptz",
                        "(extract(epoch from %s) * 1000000)::bigint::text",
                        "epoch_us(%s)::varchar");
            case "timestamp" ->
                new ArchivedColumn(
                        column,
                        "TIMESTAMP",
                        "::timestamp",
                        "(extract(epoch from %s) * 1000000)::bigint::text",
                        "epoch_us(%s)::varchar");
            case "date" ->
                new ArchivedColumn(
                        column,
                        "DATE",
                        "::date",
                        "(%s - date '2000-01-01')::text",
                        "datediff('day', date '2000-01-01', %s)::varchar");
            case "bytea" -> new ArchivedColumn(column, "BLOB", "", "encode(%s, 'hex')", "lower(hex(%s))");
            default -> text(column);
        };
    }

    private static ArchivedColumn same(ColumnKind column, String kept) {
        return new ArchivedColumn(column, kept, "", "%s::text", "%s::varchar");
    }

    /** Money writes itself as the locale says. */
    private static ArchivedColumn text(ColumnKind column) {
        String cast = column.base().equals("money") ? "::numeric::text" : "::text";
        return new ArchivedColumn(column, "VARCHAR", cast, AS_TEXT + cast, AS_TEXT);
    }

    /** A condition of PostgreSQL for values that the usual type has not; null where it has all. */
    static @Nullable String special(ColumnKind column, String value) {
        return switch (column.base()) {
            case "numeric" ->
                ColumnKind.decimal(column.modifier()) == null
                        ? null
                        : value + "::numeric in ('NaN', 'Infinity', '-Infinity')";
            case "timestamptz", "timestamp" ->
                "not isfinite(" + value + ") or " + value + " >= timestamp '294000-01-01 00:00'";
            case "date" -> "not isfinite(" + value + ")";
            default -> null;
        };
    }
}
