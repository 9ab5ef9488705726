package dev.lockkeeper.history;

import dev.lockkeeper.source.Checksum;
import dev.lockkeeper.source.Directive;
import dev.lockkeeper.source.Directives;
import dev.lockkeeper.source.Script;
import dev.lockkeeper.source.Version;
import dev.lockkeeper.sql.Statement;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How far one statement of an unfinished step came.
 *
 * @param name the version of the migration as the journal spells it, or the label of the repeatable script
 * @param ordinal the statement's number in its script, counted from 1
 * @param position how far it came within a statement that runs in batches; null when it does not
 * @param digest of the statement's text, so that an edited script is noticed
 * @param sessionState who the session was after the statement and what its settings were; null when that was not kept
 * @param concerns the objects that the statement concerns, as the server knew them before it began; null when that was not
 *     kept
 */
public record Progress(
        String name,
        Direction direction,
        int ordinal,
        String digest,
        State state,
        @Nullable String position,
        @Nullable String sessionState,
        @Nullable String concerns) {
    /** Of a statement whose session and objects need not be known. */
    public Progress(
            String name, Direction direction, int ordinal, String digest, State state, @Nullable String position) {
        this(name, direction, ordinal, digest, state, position, null, null);
    }

    /** The digest of a statement, of one in batches with the table and the key of its batches. */
    public static String digest(Statement statement, Directives directives) {
        Directive.Backfill batches = directives.backfills().get(statement.ordinal());
        // how far its batches came is a key of this table and of no other
        String rows = batches == null ? "" : batches.table() + " " + batches.key() + "\n";
        return Checksum.of(rows + statement.sql()).value();
    }

    /** The version of the migration; null when it is of a repeatable script. */
    public @Nullable Version version() {
        return Version.parse(name).orElse(null);
    }

    /** Whether it is of the step with this name: 7, 007 and 7.0 are one. */
    boolean isOf(String other) {
        Optional<Version> own = Version.parse(name);
        return name.equals(other) || (own.isPresent() && own.equals(Version.parse(other)));
    }

    /** Whether the script has this statement, word for word. */
    public boolean isOf(Script.Commands commands) {
        return commands.statements().stream()
                .anyMatch(s -> s.ordinal() == ordinal
                        && digest(s, commands.directives()).equals(digest));
    }

    /** The same statement in another state. */
    public Progress as(State other) {
        return new Progress(name, direction, ordinal, digest, other, position, sessionState, concerns);
    }

    /** What is known of the statement. */
    public enum State {
        STARTED,
        DONE,
        FAILED
    }
}
