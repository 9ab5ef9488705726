package dev.lockkeeper.cli;

import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.embedded.EmbeddedPostgresException;
import dev.lockkeeper.embedded.Options;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;

/** Starts the embedded server for a command. */
final class ThrowAwayServer {
    private ThrowAwayServer() {}

    static EmbeddedPostgres start(int version, Terminal terminal) {
        terminal.passing("starting PostgreSQL " + version + " (the first time it is unpacked, some seconds) ...");
        try {
            EmbeddedPostgres server = EmbeddedPostgres.start(Options.version(version));
            terminal.clear();
            return server;
        } catch (EmbeddedPostgresException e) {
            throw Problem.of(Code.SERVER_MISSING, e.failure())
                    .because(e.why())
                    .help(e.help())
                    .asException(e);
        }
    }
}
