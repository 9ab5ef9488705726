package dev.lockkeeper.telemetry;

import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.problem.ServerError;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One line of the log of a command: what it tells a person on standard error, as a record. Immutable.
 *
 * @param time by the clock of this machine
 * @param message one sentence, without the color of terminals
 * @param problem what was warned of, or ended the command; null for what happens on the way
 * @param context what was at work
 */
public record LogLine(
        Instant time, Level level, String message, @Nullable Problem problem, Context context) {
    /** How much it concerns the reader. */
    public enum Level {
        /** Happens on the way. */
        INFO,
        /** Somebody should know. */
        WARNING,
        /** The command, or a part of it, has failed. */
        ERROR;

        /** The name in lower case. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * What was at work when a line was written; null for what is not known.
     *
     * @param command its name
     * @param target of a fleet
     * @param trace the id of the trace
     * @param span the id of the span
     */
    public record Context(
            String command,
            @Nullable String component,
            @Nullable String version,
            @Nullable String direction,
            @Nullable String target,
            String trace,
            String span) {}

    /** The code of the problem; null when it is none. */
    public @Nullable String code() {
        return problem == null ? null : problem.code().slug();
    }

    /** Where the problem is: null when it is in no file. */
    public @Nullable Place place() {
        return problem == null ? null : problem.place();
    }

    /** What the server has answered with: null when it was not asked. */
    public @Nullable String sqlState() {
        ServerError server = problem == null ? null : problem.server();
        return server == null ? null : server.sqlState();
    }
}
