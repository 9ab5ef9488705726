package dev.lockkeeper.trace;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a run keeps and tells for those who follow a trace. Immutable.
 *
 * @param trace the id of the trace, kept in the audit chain; null when nobody follows one
 * @param planned the id of the trace in which what it carries out was planned, where that is another one; null when it is not
 * @param statements from when on a statement is told as one that took long; null when none is
 * @param apart whether scripts are sent statement by statement, still in one transaction, since the server says of a message of
 *     many statements only how long all took
 */
public record Tracing(
        @Nullable String trace,
        @Nullable String planned,
        @Nullable Duration statements,
        boolean apart) {
    /** Nobody follows it. */
    public static final Tracing NONE = new Tracing(null, null, null, false);
}
