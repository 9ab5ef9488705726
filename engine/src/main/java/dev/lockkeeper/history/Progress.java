package dev.lockkeeper.history;

import dev.lockkeeper.source.Version;
import org.jspecify.annotations.Nullable;

/**
 * How far one statement of an unfinished step came.
 *
 * @param ordinal the statement's number in its script, counted from 1
 * @param position how far it came within a statement that runs in batches; null when it does not
 * @param digest of the statement's text, so that an edited script is noticed
 */
public record Progress(
        Version version,
        Direction direction,
        int ordinal,
        String digest,
        State state,
        @Nullable String position) {
    /** The same statement in another state. */
    public Progress as(State other) {
        return new Progress(version, direction, ordinal, digest, other, position);
    }

    /** What is known of the statement. */
    public enum State {
        STARTED,
        DONE,
        FAILED
    }
}
