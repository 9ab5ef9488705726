package dev.lockkeeper.catalog;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One object that two databases do not agree on.
 *
 * @param object its schema-qualified name
 * @param kind what it is: table, column, index, constraint, comment, function, ...
 * @param before what differs as it was first; null when it was not there
 * @param after what differs as it is now; null when it is not there
 */
public record Difference(
        String object,
        String kind,
        @Nullable String before,
        @Nullable String after) {
    public Difference {
        Objects.requireNonNull(object, "object");
        Objects.requireNonNull(kind, "kind");
    }
}
