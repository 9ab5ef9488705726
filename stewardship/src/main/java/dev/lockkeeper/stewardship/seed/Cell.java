package dev.lockkeeper.stewardship.seed;

import dev.lockkeeper.problem.Place;
import dev.lockkeeper.project.YamlValue;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a column of a row is to hold, as a file says it. */
sealed interface Cell {
    Place place();

    /** A plain value; null stands for NULL. */
    record Value(Place place, @Nullable String text) implements Cell {}

    /** A list or a mapping: an array or JSON, as the column is. */
    record Nested(Place place, YamlValue value) implements Cell {}

    /** HMAC-SHA256 of a text, with the key that a variable holds. */
    record Keyed(Place place, String variable, String text) implements Cell {}

    /** SHA-256 of a secret that a variable holds, or of it, a space and a label. */
    record Hashed(Place place, String variable, @Nullable String label) implements Cell {}

    /** A UUID that a text always gives. */
    record Identifier(Place place, String text) implements Cell {}

    /** Bytes that a text always gives. */
    record Filling(Place place, String text, int length) implements Cell {}

    /**
     * A column of another row, which is found by its natural key.
     *
     * @param table null for the one to which a foreign key of the column refers
     * @param take null for the column to which it refers
     */
    record Found(
            Place place, @Nullable String table, @Nullable String take, Map<String, Cell> by) implements Cell {
        public Found {
            by = new LinkedHashMap<>(by);
        }
    }

    /** The same text for the same meaning, in which no secret stands. */
    default String canonical() {
        if (this instanceof Value value) {
            return value.text() == null ? "null" : "'" + value.text() + "'";
        }
        if (this instanceof Found found) {
            return "find " + found.table() + " " + found.take() + " "
                    + new TreeMap<>(found.by())
                            .entrySet().stream()
                                    .map(e -> e.getKey() + "=" + e.getValue().canonical())
                                    .collect(Collectors.joining(",", "{", "}"));
        }
        if (this instanceof Keyed keyed) {
            return "hmac " + keyed.variable() + " '" + keyed.text() + "'";
        }
        if (this instanceof Hashed hashed) {
            return "sha256 " + hashed.variable() + " '" + hashed.label() + "'";
        }
        if (this instanceof Identifier identifier) {
            return "uuid '" + identifier.text() + "'";
        }
        return this instanceof Filling filling ? "bytes " + filling.length() + " '" + filling.text() + "'" : "nested";
    }
}
