package dev.lockkeeper.history;

import dev.lockkeeper.source.Checksum;
import dev.lockkeeper.source.Directive;
import dev.lockkeeper.source.Directives;
import dev.lockkeeper.source.Version;
import dev.lockkeeper.sql.Statement;
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

    /** The digest of a statement, of one in batches with the table and the key of its batches. */
    public static String digest(Statement statement, Directives directives) {
        Directive.Backfill batches = directives.backfills().get(statement.ordinal());
        // how far its batches came is a key of this table and of no other
        String rows = batches == null ? "" : batches.table() + " " + batches.key() + "\n";
        return Checksum.of(rows + statement.sql()).value();
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
