package dev.lockkeeper.database;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.problem.Secrets;
import dev.lockkeeper.problem.ServerError;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;

/** Tells why a DataSource gives no connection. */
final class Lending {
    private Lending() {}

    /**
     * The problem.
     *
     * @param more whether it has given one that is in use
     */
    static LockkeeperException refused(Exception failure, boolean more) {
        String said = Secrets.masked(String.valueOf(failure.getMessage()));
        PSQLException driver = driver(failure);
        if (driver != null) {
            ServerError error = SqlFailure.read(driver);
            String state = error.sqlState();
            Problem problem = state.startsWith("28")
                    ? Problem.of(Code.AUTHENTICATION_FAILED, "the server does not let the user of the DataSource in")
                            .help("check user, password and database of the DataSource")
                    : state.startsWith("53")
                            ? Problem.of(Code.SERVER_EXHAUSTED, "the server has no connection left for the DataSource")
                                    .help("try again when others have ended")
                            : Problem.of(Code.CONNECTION_FAILED, "the DataSource cannot connect to its server")
                                    .help("check that the server runs, and the address of the DataSource");
            return problem.from(error).because(said).asException(failure);
        }
        if (Thread.currentThread().isInterrupted()) {
            return Problem.of(Code.CONNECTION_FAILED, "the thread was interrupted while it waited for a connection")
                    .because(said)
                    .help("run it again: it goes on from there")
                    .asException(failure);
        }
        if (more) {
            return Problem.of(Code.POOL_TOO_SMALL, "the DataSource gives no further connection")
                    .because("a run needs two connections at once, and one or two more while a statement takes long; "
                            + said)
                    .help(
                            "let the pool give at least three connections to each run, or give Lockkeeper a DataSource of its"
                                    + " own")
                    .asException(failure);
        }
        return Problem.of(Code.CONNECTION_FAILED, "the DataSource gives no connection")
                .because(said)
                .help("check that it is open, and that others leave connections in it")
                .asException(failure);
    }

    private static @Nullable PSQLException driver(Throwable failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof PSQLException found) {
                return found;
            }
        }
        return null;
    }
}
