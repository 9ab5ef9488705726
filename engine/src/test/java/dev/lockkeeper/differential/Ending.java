package dev.lockkeeper.differential;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one side ended.
 *
 * @param state the SQLSTATE with which the server refused something, or null
 * @param code the name of our problem, or null
 * @param failed which script failed, from 0; -1 when none did
 * @param text what was said
 * @param snapshot what the database is like afterwards
 */
record Ending(@Nullable String state, @Nullable String code, int failed, String text, Snapshot snapshot) {
    boolean isDone() {
        return failed < 0 && code == null;
    }

    String told() {
        return isDone() ? "done" : "script " + (failed + 1) + " failed: " + state + " " + code + "\n" + text;
    }

    /** What two endings have apart; empty when nothing. */
    List<String> apart(Ending other) {
        return snapshot.apart(other.snapshot);
    }
}
