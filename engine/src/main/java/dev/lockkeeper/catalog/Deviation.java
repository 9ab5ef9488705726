package dev.lockkeeper.catalog;

import java.util.Locale;

/**
 * One object of a database that is not as it should be.
 *
 * @param difference what: before is as it should be, after as it is; its fix makes it so again
 * @param state in which way
 * @param schema where the object lies; empty for what lies in no schema
 */
public record Deviation(Difference difference, Severity severity, State state, String schema) {
    /** In which way an object is not as it should be. */
    public enum State {
        MISSING,
        EXTRA,
        CHANGED;

        /** The word in the output. */
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
