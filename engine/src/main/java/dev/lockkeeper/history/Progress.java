package dev.lockkeeper.history;

import dev.lockkeeper.source.Version;

/**
 * How far one statement of an unfinished step came.
 *
 * @param ordinal the statement's number in its script, counted from 1
 * @param digest of the statement's text, so that an edited script is noticed
 */
public record Progress(Version version, Direction direction, int ordinal, String digest, State state) {
    /** The same statement in another state. */
    public Progress as(State other) {
        return new Progress(version, direction, ordinal, digest, other);
    }

    /** What is known of the statement. */
    public enum State {
        STARTED,
        DONE,
        FAILED
    }
}
