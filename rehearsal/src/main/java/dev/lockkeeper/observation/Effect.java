package dev.lockkeeper.observation;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What became of an object.
 *
 * @param type what the server calls its kind, such as {@code table column}
 * @param object its name, with schema, as the server writes it
 * @param before its name before it was renamed; null for every other change
 * @param old whether it was there before the script
 * @param was what the catalogs said of it before the transaction; empty for one that was not there, and when the statement
 *     ran in no transaction
 * @param now what they say after the statement; empty for one that is dropped
 */
public record Effect(
        Change change, String type, String object, @Nullable String before, boolean old, Traits was, Traits now) {
    /** The same, seen as another change. */
    Effect as(Change other, boolean wasThere, Traits then) {
        return new Effect(other, type, object, before, wasThere, then, now);
    }

    /** What is known of it best: after the statement, or before it for one that is dropped. */
    public Traits traits() {
        return change == Change.DROPPED ? was : now;
    }

    /** The table of a column, index, constraint, trigger, policy, default value and the like; null for everything else. */
    public @Nullable String table() {
        return traits().get("table");
    }

    /** How. */
    public enum Change {
        CREATED,
        CHANGED,
        RENAMED,
        DROPPED;

        /** As it is told and as JSON has it. */
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
