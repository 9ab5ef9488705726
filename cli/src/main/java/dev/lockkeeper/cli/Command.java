package dev.lockkeeper.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** One command: what it takes, and what it does. */
interface Command {
    /** Name, options, help and examples. */
    CommandSpec spec();

    /**
     * Does the work.
     *
     * @return the exit code
     * @throws dev.lockkeeper.problem.LockkeeperException when it could not be done
     */
    int run(ParseResult arguments, Terminal terminal);
}
