package dev.lockkeeper.project;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * A database and how to get in.
 *
 * @param password null when there is none, or when the driver shall look into ~/.pgpass
 * @param properties driver settings such as sslmode
 */
public record Target(
        String host,
        int port,
        String database,
        String user,
        @Nullable Secret password,
        Map<String, String> properties) {
    public Target {
        properties = Map.copyOf(properties);
    }

    /** The address for the driver, without user and password. */
    public String jdbcUrl() {
        String shown = host.contains(":") ? "[" + host + "]" : host;
        return "jdbc:postgresql://" + shown + ":" + port + "/" + URLEncoder.encode(database, StandardCharsets.UTF_8);
    }

    /** Adds user and password to driver properties. */
    public Properties credentials(Properties into) {
        into.setProperty("user", user);
        if (password != null) {
            into.setProperty("password", password.reveal());
        }
        return into;
    }

    public Target withDatabase(String name) {
        return new Target(host, port, name, user, password, properties);
    }

    /** Names the database for people; never holds the password. */
    @Override
    public String toString() {
        return "postgresql://" + user + "@" + host + ":" + port + "/" + database;
    }
}
