package dev.lockkeeper.analytics.adapter;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import org.duckdb.DuckDBAppender;

/** How a value that PostgreSQL sends in its binary form goes into a column of DuckDB. The forms are those of the functions typsend. */
interface Cell {
    /** The second in which timestamps of PostgreSQL begin, 2000-01-01, in those of DuckDB, 1970-01-01. */
    long EPOCH_MICROS = 946_684_800_000_000L;
    /** The same in days. */
    int EPOCH_DAYS = 10_957;

    /**
     * Appends a value that is not null.
     *
     * @param size its length in bytes from {@code at} on
     * @throws IllegalArgumentException for a value that DuckDB does not keep in such a column
     */
    void append(DuckDBAppender appender, ByteBuffer bytes, int at, int size) throws SQLException;

    /** That of a type of DuckDB, as {@link ColumnKind} names it. */
    static Cell of(String kept) {
        return switch (kept) {
            case "TIMESTAMPTZ", "TIMESTAMP" ->
                (appender, bytes, at, size) -> appender.appendEpochMicros(micros(bytes.getLong(at)));
            case "UUID" ->
                (appender, bytes, at, size) -> appender.appendUUID(bytes.getLong(at), bytes.getLong(at + Long.BYTES));
            case "SMALLINT" -> (appender, bytes, at, size) -> appender.append(bytes.getShort(at));
            case "INTEGER" -> (appender, bytes, at, size) -> appender.append(bytes.getInt(at));
            case "FLOAT" -> (appender, bytes, at, size) -> appender.append(bytes.getFloat(at));
            case "DOUBLE" -> (appender, bytes, at, size) -> appender.append(bytes.getDouble(at));
            case "DATE" -> (appender, bytes, at, size) -> appender.appendEpochDays(bytes.getInt(at) + EPOCH_DAYS);
            case "BLOB" -> (appender, bytes, at, size) -> appender.append(octets(bytes, at, size));
            case "BIGINT" -> (appender, bytes, at, size) -> appender.append(whole(bytes, at, size));
            case "BOOLEAN" -> (appender, bytes, at, size) -> appender.append(bytes.get(at) != 0);
            case "VARCHAR" ->
                (appender, bytes, at, size) ->
                        appender.append(new String(octets(bytes, at, size), StandardCharsets.UTF_8));
            default -> NumericCell.of(kept);
        };
    }

    private static byte[] octets(ByteBuffer bytes, int at, int size) {
        byte[] octets = new byte[size];
        bytes.get(at, octets);
        return octets;
    }

    private static long micros(long value) {
        if (value == Long.MAX_VALUE || value == Long.MIN_VALUE) {
            throw new IllegalArgumentException("a time is infinite");
        }
        return Math.addExact(value, EPOCH_MICROS);
    }

    private static long whole(ByteBuffer bytes, int at, int size) {
        return switch (size) {
            case Short.BYTES -> bytes.getShort(at);
            case Integer.BYTES -> bytes.getInt(at);
            default -> bytes.getLong(at);
        };
    }
}
