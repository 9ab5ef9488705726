package dev.lockkeeper.history;

import org.jspecify.annotations.Nullable;

/**
 * What a record says of itself and of one component.
 *
 * @param layout the number of its layout; 0 when there is no record
 * @param registered whether the component has been entered, which each of its first commands that writes does
 * @param project the name of the project whose component it is; null when that is not known
 */
public record About(
        int layout, boolean registered, @Nullable String project) {
    /** What a database says that has no record. */
    public static About nothing() {
        return new About(0, false, null);
    }

    About entered() {
        return new About(layout, true, project);
    }

    /** Whether there is a record of an older layout, which has to be brought to this one before anything is written. */
    public boolean outdated() {
        return layout > 0 && layout < RecordTables.LAYOUT;
    }

    /** Whether a command may write for the component as things are. */
    public boolean ready() {
        return layout == RecordTables.LAYOUT && registered;
    }
}
