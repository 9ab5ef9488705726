package dev.lockkeeper.catalog;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One object that two databases do not agree on.
 *
 * @param object its schema-qualified name
 * @param kind what it is: table, column, index, constraint, comment, function, ...
 * @param before what differs as it was first; of a long text the lines that differ; null when it was not there
 * @param after what differs as it is now, in the same way; null when it is not there
 * @param fix the statement that would make the second state like the first; null when none can be told for certain
 */
public record Difference(
        String object,
        String kind,
        @Nullable String before,
        @Nullable String after,
        @Nullable String fix) {
    public Difference {
        Objects.requireNonNull(object, "object");
        Objects.requireNonNull(kind, "kind");
    }

    /** Whether another difference tells the same of the same object, wherever it was found. */
    public boolean tellsTheSame(Difference other) {
        return object.equals(other.object)
                && kind.equals(other.kind)
                && Objects.equals(before, other.before)
                && Objects.equals(after, other.after);
    }
}
