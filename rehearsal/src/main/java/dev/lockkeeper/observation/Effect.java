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
 */
public record Effect(
        Change change, String type, String object, @Nullable String before, boolean old) {
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
