package dev.lockkeeper.embedded;

import java.sql.Connection;
import java.sql.SQLException;

/** One value from a server. */
final class Query {
    private Query() {}

    static String one(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            try (var rows = statement.executeQuery(sql)) {
                rows.next();
                return rows.getString(1);
            }
        }
    }

    static String one(EmbeddedPostgres server, String database, String sql) throws SQLException {
        try (var connection = server.connect(database)) {
            return one(connection, sql);
        }
    }

    static void run(EmbeddedPostgres server, String database, String sql) throws SQLException {
        try (var connection = server.connect(database);
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
