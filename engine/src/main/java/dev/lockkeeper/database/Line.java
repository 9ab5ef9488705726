package dev.lockkeeper.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A connection that is open, and how it ends. One that a {@link Pool} has lent is used below what the pool has put around it,
 * so that it can be cut by another thread; when it ends, the pool gets its place back. Not thread-safe, but for {@link #cut}.
 */
final class Line {
    /** Gives a lent connection back. */
    @FunctionalInterface
    interface Returning {
        void run() throws SQLException;
    }

    private final Connection connection;
    private final @Nullable Returning returning;
    private final AtomicBoolean over = new AtomicBoolean();
    private final boolean whole;

    private Line(Connection connection, @Nullable Returning returning, boolean whole) {
        this.connection = connection;
        this.returning = returning;
        this.whole = whole;
    }

    /** A connection of our own. */
    static Line of(Connection connection) {
        return new Line(connection, null, false);
    }

    /**
     * A connection of a pool.
     *
     * @param whole whether it goes back as it came; else it is closed
     * @param returning gives it back
     */
    static Line lent(Connection connection, boolean whole, Returning returning) {
        return new Line(connection, returning, whole);
    }

    Connection connection() {
        return connection;
    }

    boolean isLent() {
        return returning != null;
    }

    /** Ends it; a transaction that is still open aborts. */
    void close() throws SQLException {
        if (returning == null) {
            connection.close();
        } else if (over.compareAndSet(false, true)) {
            try {
                if (!whole) {
                    connection.close();
                }
            } finally {
                returning.run();
            }
        }
    }

    /** Ends it at once, also while another thread waits for an answer, which then fails. */
    void cut() throws SQLException {
        connection.abort(Runnable::run);
        if (returning != null && over.compareAndSet(false, true)) {
            returning.run();
        }
    }

    /** A pool that is small needs the place of a dead connection for the next one. */
    void giveUpIfDead() {
        try {
            if (returning != null && connection.isClosed()) {
                close();
            }
        } catch (SQLException gone) {
            // there is nothing left to close
        }
    }
}
