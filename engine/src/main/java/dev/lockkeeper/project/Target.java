package dev.lockkeeper.project;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
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

    /**
     * The same database, with unqualified names kept out of the record's schema. By default the first schema of the
     * search path is the one that is called like the user (manual, "search_path"), and a user may be called like the
     * record.
     */
    public Target withSearchPathBeside(String record) {
        if (!user.equals(record) || properties.containsKey("options")) {
            return this;
        }
        Map<String, String> more = new HashMap<>(properties);
        more.put("options", "-c search_path=public");
        return new Target(host, port, database, user, password, more);
    }

    /** Names the database for people; never holds the password. */
    @Override
    public String toString() {
        return "postgresql://" + user + "@" + host + ":" + port + "/" + database;
    }
}
