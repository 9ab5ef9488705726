package dev.lockkeeper.describe.changes;

import dev.lockkeeper.describe.page.Line;
import org.jspecify.annotations.Nullable;

/**
 * One thing that two models have apart.
 *
 * @param kind what it is, such as {@code column}
 * @param name which one, with its table and schema, such as {@code app.orders.total}; not quoted
 * @param aspect what of it is different, such as {@code type}; empty when all of it is only in one of them
 * @param before as the first model has it; null when it is not there
 * @param after as the second model has it; null when it is not there
 * @param breaking whether something that worked before may fail after it
 * @param line all of it in one sentence without a full stop
 */
public record ModelChange(
        Sort sort,
        String kind,
        String name,
        String aspect,
        @Nullable String before,
        @Nullable String after,
        boolean breaking,
        Line line) {
    /** What became of it; in the order in which people read of it. */
    public enum Sort {
        ADDED,
        CHANGED,
        REMOVED,
        /** Who may do what. */
        ACCESS,
        /** What COMMENT ON says for people. */
        DESCRIBED
    }

    /** What it is of, in words: the kind, the name and the aspect. */
    public String subject() {
        return kind + " " + name + (aspect.isEmpty() ? "" : ", " + aspect);
    }
}
