package dev.lockkeeper.analytics.adapter;

import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.List;
import org.duckdb.DuckDBAppender;
import org.jspecify.annotations.Nullable;

/**
 * Rows as the binary form of COPY has them (manual, "COPY", Binary Format), which go into a table of DuckDB as they come, however they are cut
 * into pieces. Not thread-safe.
 */
final class BinaryRows extends OutputStream {
    private static final int SIGNATURE = 11;
    private static final int HEADER = SIGNATURE + 2 * Integer.BYTES;
    private static final int END = -1;

    private final Cell[] cells;
    private final DuckDBAppender appender;
    private byte[] rest = new byte[1 << 13];
    private int length;
    private boolean begun;

    private @Nullable Exception failure;

    /** @param cells how values of the columns are kept, in their order */
    BinaryRows(List<Cell> cells, DuckDBAppender appender) {
        this.cells = cells.toArray(Cell[]::new);
        this.appender = appender;
    }

    @Override
    public void write(int one) {
        write(new byte[] {(byte) one}, 0, 1);
    }

    /**
     * The server sends a row at a time, which is then read where it stands. It throws nothing: a copy that is broken off leaves the driver
     * with answers that belong to no question. What comes after a failure is dropped.
     */
    @Override
    public void write(byte[] bytes, int from, int count) {
        if (failure != null) {
            return;
        }
        try {
            if (length == 0) {
                int done = rows(bytes, from, from + count);
                keep(bytes, done, from + count - done);
                return;
            }
            keep(bytes, from, count);
            int done = rows(rest, 0, length);
            System.arraycopy(rest, done, rest, 0, length - done);
            length -= done;
        } catch (SQLException | RuntimeException e) {
            failure = e;
        }
    }

    /** What has kept a row from being appended; null for nothing. */
    @Nullable
    Exception failure() {
        return failure;
    }

    private void keep(byte[] bytes, int from, int count) {
        if (length + count > rest.length) {
            rest = java.util.Arrays.copyOf(rest, Math.max(length + count, 2 * rest.length));
        }
        System.arraycopy(bytes, from, rest, length, count);
        length += count;
    }

    /** Appends what is whole; gives where the rest begins. */
    private int rows(byte[] bytes, int from, int to) throws SQLException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        int at = from;
        if (!begun) {
            if (to - at < HEADER || to - at < HEADER + buffer.getInt(at + HEADER - Integer.BYTES)) {
                return at;
            }
            begun = true;
            at += HEADER + buffer.getInt(at + HEADER - Integer.BYTES);
        }
        for (int end = end(buffer, at, to); end > at; end = end(buffer, at, to)) {
            if (buffer.getShort(at) != END) {
                append(buffer, at + Short.BYTES);
            }
            at = end;
        }
        return at;
    }

    /** Where the row ends; where it begins when it is not whole yet. */
    private static int end(ByteBuffer buffer, int start, int to) {
        if (to - start < Short.BYTES) {
            return start;
        }
        int columns = buffer.getShort(start);
        int at = start + Short.BYTES;
        for (int i = 0; i < columns; i++) {
            if (to - at < Integer.BYTES) {
                return start;
            }
            int size = buffer.getInt(at);
            at += Integer.BYTES + Math.max(0, size);
            if (at > to) {
                return start;
            }
        }
        return at;
    }

    private void append(ByteBuffer buffer, int start) throws SQLException {
        int at = start;
        appender.beginRow();
        for (Cell cell : cells) {
            int size = buffer.getInt(at);
            at += Integer.BYTES;
            if (size < 0) {
                // a null text would be no value at all, and the row one short
                appender.appendNull();
            } else {
                cell.append(appender, buffer, at, size);
                at += size;
            }
        }
        appender.endRow();
    }
}
