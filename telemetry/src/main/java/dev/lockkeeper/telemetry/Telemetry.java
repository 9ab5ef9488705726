package dev.lockkeeper.telemetry;

import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.trace.Traceparent;
import dev.lockkeeper.trace.Tracing;
import java.util.List;

/**
 * Where a command tells what it does, for those who watch over many of them. Thread-safe. Nothing told here ever fails or delays the
 * command, but for the time that {@link #end} may take.
 */
public interface Telemetry {
    /** The span of the command itself. */
    Traceparent place();

    /** What runs keep and tell of the trace. */
    Tracing tracing();

    /** Follows the work on one component. */
    Follower follow(Followed subject);

    /** A figure that the command has found. */
    void measured(Measure measure);

    /** A line that the command has written to standard error. */
    void said(LogLine line);

    /**
     * The command has ended. Waits until what was told is sent, for some seconds at most.
     *
     * @param exitCode of the process
     * @return what kept telemetry from being sent, to be warned of; empty when all is sent, or none was asked for
     */
    List<Problem> end(int exitCode);
}
