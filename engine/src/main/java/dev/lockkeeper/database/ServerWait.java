package dev.lockkeeper.database;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.problem.ServerError;
import dev.lockkeeper.project.Target;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;

/** Waits for a server that is about to start: nothing listens yet, its name is not known yet, or it is not ready. */
public final class ServerWait {
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(250);

    private ServerWait() {}

    /**
     * Waits until the server takes a connection to the target's database.
     *
     * @param limit how long to wait
     * @param told once, what is waited for
     * @throws LockkeeperException what stood in the way at the end of that time, or at once when waiting does not help
     */
    public static void until(Target target, Duration limit, Consumer<Problem> told) {
        long start = System.nanoTime();
        boolean silent = true;
        while (true) {
            try (Session session = Session.open(target, "lockkeeper wait")) {
                session.requireOpen();
                return;
            } catch (LockkeeperException e) {
                if (!passes(e) || System.nanoTime() - start >= limit.toNanos() || Thread.interrupted()) {
                    throw e;
                }
                if (silent) {
                    told.accept(e.problems().get(0));
                    silent = false;
                }
                LockSupport.parkNanos(PAUSE);
            }
        }
    }

    private static boolean passes(LockkeeperException e) {
        Problem problem = e.problems().get(0);
        ServerError said = problem.server();
        if (problem.code() == Code.SERVER_EXHAUSTED
                || (said != null && said.sqlState().equals("57P03"))) {
            return true;
        }
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException) {
                return !(cause instanceof SSLException);
            }
        }
        return false;
    }
}
