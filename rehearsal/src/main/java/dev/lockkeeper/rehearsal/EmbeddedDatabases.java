package dev.lockkeeper.rehearsal;

import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.embedded.EmbeddedPostgresException;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Secret;
import dev.lockkeeper.project.Target;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Databases of the embedded server. */
record EmbeddedDatabases(EmbeddedPostgres server) implements Databases {
    @Override
    public String version() {
        return server.version();
    }

    @Override
    public Target target(String database) {
        return new Target("127.0.0.1", server.port(), database, server.user(), new Secret(server.password()), Map.of());
    }

    @Override
    public String create() {
        return server.createDatabase();
    }

    @Override
    public String copy(String database) {
        try {
            return server.createDatabase(database);
        } catch (EmbeddedPostgresException e) {
            throw notCopied(e.why()).asException(e);
        }
    }

    static Problem notCopied(@Nullable String why) {
        return Problem.of(Code.STATEMENT_FAILED, "the rehearsal cannot go on: the server does not copy the database")
                .because(why)
                .help("a script has left something that keeps a database from being copied; smoke cannot rehearse what"
                        + " comes after it");
    }

    @Override
    public boolean drop(String database) {
        try {
            server.dropDatabase(database);
            return true;
        } catch (EmbeddedPostgresException e) {
            return false;
        }
    }

    @Override
    public String names() {
        return "^scratch_[0-9]+$";
    }

    @Override
    public boolean isOurs() {
        return true;
    }

    @Override
    public void abandon() {
        // all of it goes with the server
    }

    @Override
    public void close() {
        // all of it goes with the server
    }
}
