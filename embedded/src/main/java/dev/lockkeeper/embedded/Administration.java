package dev.lockkeeper.embedded;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** The one connection over which databases are created and dropped, one at a time; reopened when it breaks. */
final class Administration implements AutoCloseable {
    /** NAMEDATALEN - 1 (manual, "Identifiers and Key Words"). */
    private static final int LONGEST_NAME = 63;

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
        try {
            try {
                send(sql);
            } catch (SQLException e) {
                if (!broken(e)) {
                    throw e;
                }
                connection = source.connect();
                send(sql);
            }
        } catch (SQLException e) {
            throw new EmbeddedPostgresException(failure, e.getMessage(), null, e);
        }
    }

    private void send(String sql) throws SQLException {
        var current = connection;
        if (current == null || current.isClosed()) {
            current = source.connect();
            connection = current;
        }
        try (var statement = current.createStatement()) {
            // names may hold braces
            statement.setEscapeProcessing(false);
            statement.execute(sql);
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
