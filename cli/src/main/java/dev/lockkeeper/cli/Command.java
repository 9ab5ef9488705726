package dev.lockkeeper.cli;

import dev.lockkeeper.trace.Traceparent;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** One command: what it takes, and what it does. */
interface Command {
    /** Name, options, help and examples. */
    CommandSpec spec();

    /** Where in a trace what it works on was made, such as a plan; null when that is not known. */
    default @Nullable Traceparent origin(ParseResult arguments) {
        return null;
    }

    /**
     * Does the work.
     *
     * @return the exit code
     * @throws dev.lockkeeper.problem.LockkeeperException when it could not be done
     */
    int run(ParseResult arguments, Terminal terminal);
}
