package dev.lockkeeper.history;

import dev.lockkeeper.source.Version;
import org.jspecify.annotations.Nullable;

/**
 * How far one statement of an unfinished step came.
 *
 * @param ordinal the statement's number in its script, counted from 1
 * @param position how far it came within a statement that runs in batches; null when it does not
 * @param digest of the statement's text, so that an edited script is noticed
 * @param sessionState who the session was after the statement and what its settings were; null when that was not kept
 * @param concerns the objects that the statement concerns, as the server knew them before it began; null when that was not
 *     kept
 */
public record Progress(
        Version version,
        Direction direction,
        int ordinal,
        String digest,
        State state,
        @Nullable String position,
        @Nullable String sessionState,
        @Nullable String concerns) {
    /** Of a statement whose session and objects need not be known. */
    public Progress(
            Version version, Direction direction, int ordinal, String digest, State state, @Nullable String position) {
        this(version, direction, ordinal, digest, state, position, null, null);
    }

    /** The same statement in another state. */
    public Progress as(State other) {
        return new Progress(version, direction, ordinal, digest, other, position, sessionState, concerns);
    }

    /** What is known of the statement. */
    public enum State {
        STARTED,
        DONE,
        FAILED
    }
}
