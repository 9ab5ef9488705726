package dev.lockkeeper.embedded;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The one connection over which databases are created and dropped, one at a time; reopened when it breaks. */
final class Administration implements AutoCloseable {
    /** NAMEDATALEN - 1 (manual, "Identifiers and Key Words"). */
    private static final int LONGEST_NAME = 63;

    /** How long a session that ends is waited for, and how often it is looked for; a busy machine needs the most of it. */
    private static final int ROUNDS = 25;

    private static final long ROUND_NANOS = 1_000_000;

    private final Source source;
    private @Nullable Connection connection;

    Administration(Source source) {
        this.source = source;
    }

    /** Where a connection comes from. */
    interface Source {
        Connection connect() throws SQLException;
    }

    synchronized void open() {
        try {
            connection = source.connect();
        } catch (SQLException e) {
            throw new EmbeddedPostgresException(
                    "the embedded server started but lets nobody in", e.getMessage(), null, e);
        }
    }

    synchronized void execute(String failure, String sql) {
        answer(failure, sql);
    }

    /**
     * The same where sessions in a database would be in the way. The server looks for them only every 100 ms (procarray.c,
     * CountOtherDBBackends), and one that its client has just closed is gone sooner: that is waited for here. One that stays
     * is the server's to judge.
     */
    synchronized void execute(String failure, String sql, String database) {
        var inside =
                "SELECT 1 FROM pg_catalog.pg_stat_activity WHERE datname OPERATOR(pg_catalog.=) " + literal(database);
        for (int round = 0; round < ROUNDS && answer(failure, inside); round++) {
            LockSupport.parkNanos(ROUND_NANOS);
        }
        answer(failure, sql);
    }

    /** Whether there is a row in the answer. */
    private boolean answer(String failure, String sql) {
        try {
            try {
                return send(sql);
            } catch (SQLException e) {
                if (!broken(e)) {
                    throw e;
                }
                connection = source.connect();
                return send(sql);
            }
        } catch (SQLException e) {
            throw new EmbeddedPostgresException(failure, e.getMessage(), null, e);
        }
    }

    private boolean send(String sql) throws SQLException {
        var current = connection;
        if (current == null || current.isClosed()) {
            current = source.connect();
            connection = current;
        }
        try (var statement = current.createStatement()) {
            // names may hold braces
            statement.setEscapeProcessing(false);
            return statement.execute(sql) && statement.getResultSet().next();
        }
    }

    /** Class 08, connection exception, and class 57P, operator intervention such as a terminated session. */
    private static boolean broken(SQLException e) {
        var state = String.valueOf(e.getSQLState());
        return state.startsWith("08") || state.startsWith("57P");
    }

    /** Any name as SQL; the server would silently cut a longer one. */
    static String identifier(String name) {
        if (name.isEmpty() || name.indexOf('\0') >= 0 || name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
            throw new EmbeddedPostgresException(
                    "\"" + name.replace("\0", "\\0") + "\" cannot be the name of a database",
                    "a name has 1 to " + LONGEST_NAME + " bytes and no zero byte",
                    "choose another name");
        }
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /** A text as SQL, whatever {@code standard_conforming_strings} says. */
    private static String literal(String text) {
        return "E'" + text.replace("\\", "\\\\").replace("'", "''") + "'";
    }

    @Override
    public synchronized void close() {
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException e) {
                // it goes with the server
            }
        }
    }
}
