package dev.lockkeeper.spark;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/**
 * The database that has events and marks.
 *
 * @param properties for the driver, the password among them
 */
record Source(String url, Map<String, String> properties) {
    static Source of(JsonNode request) {
        Map<String, String> properties = new HashMap<>();
        request.path("properties")
                .properties()
                .forEach(one -> properties.put(one.getKey(), one.getValue().asText()));
        return new Source(request.path("url").asText(), properties);
    }

    Connection connect() throws SQLException {
        Properties all = new Properties();
        all.putAll(properties);
        return DriverManager.getConnection(url, all);
    }

    /**
     * Sees that this is the server where whoever asks is in its transaction, and that it still is: then it alone holds the lock of the
     * rollup, and what it has taken for its marks can be seen here.
     *
     * @param transaction its full id (xid8)
     */
    static void requireInProgress(Connection connection, String transaction) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "select pg_catalog.pg_is_in_recovery()::text, pg_catalog.pg_xact_status(?::pg_catalog.xid8)")) {
            statement.setString(1, transaction);
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                if ("true".equals(result.getString(1))) {
                    throw new IllegalStateException("Spark has reached a standby, which may be behind its primary");
                }
                if (!"in progress".equals(result.getString(2))) {
                    throw new IllegalStateException(
                            "Spark has reached another server, or the transaction that asked has ended");
                }
            }
        }
    }
}
