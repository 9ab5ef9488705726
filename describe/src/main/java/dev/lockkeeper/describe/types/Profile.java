package dev.lockkeeper.describe.types;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** How values travel between the database and a program: no two ways give the same JavaScript values. */
public enum Profile {
    /** As {@code to_jsonb} writes them; {@code bigint} and {@code numeric} cast to text, which JSON.parse would spoil. */
    JSON("json"),
    /** As the driver pg gives and takes them with its own defaults. */
    NODE_POSTGRES("node-postgres"),
    /** As the driver postgres gives and takes them with its own defaults. */
    POSTGRES_JS("postgres.js");

    private final String key;

    Profile(String key) {
        this.key = key;
    }

    public String key() {
        return key;
    }

    public static Optional<Profile> named(String key) {
        return Stream.of(values()).filter(profile -> profile.key.equals(key)).findFirst();
    }

    public static List<String> keys() {
        return Stream.of(values()).map(Profile::key).toList();
    }
}
