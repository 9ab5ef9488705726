package dev.lockkeeper.apply;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Patience;
import dev.lockkeeper.trace.Tracing;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tries again what a lock has stopped, and says who held it. */
final class Waiting {
    private final Patience patience;
    private final @Nullable Watch watch;
    private final Consumer<Event> listener;
    private final StatementClock clock;

    /** Watches nobody. */
    Waiting(Patience patience) {
        this(patience, null, Tracing.NONE, event -> {});
    }

    Waiting(Patience patience, @Nullable Watch watch, Tracing tracing, Consumer<Event> listener) {
        this.patience = patience;
        this.watch = watch;
        this.listener = listener;
        this.clock = new StatementClock(tracing, listener);
    }

    void tell(Event event) {
        listener.accept(event);
    }

    /** Tells how long statements take. */
    StatementClock clock() {
        return clock;
    }

    Patience patience() {
        return patience;
    }

    /**
     * Does the work, again and again when a lock is not to be had in time or the server ends a deadlock.
     *
     * @param work leaves nothing behind when it fails so
     * @throws LockkeeperException the last failure, with who stood in the way
     */
    void patiently(Runnable work) {
        for (int attempt = 1; ; attempt++) {
            List<Blocker> blockers = List.of();
            try {
                try {
                    if (watch != null) {
                        watch.begin();
                    }
                    work.run();
                    return;
                } finally {
                    blockers = watch == null ? blockers : watch.end();
                }
            } catch (LockkeeperException e) {
                if (!isLock(e)) {
                    throw e;
                }
                if (attempt >= patience.attempts() || Thread.currentThread().isInterrupted()) {
                    throw withBlockers(e, blockers, attempt);
                }
                Duration pause =
                        patience.pause(attempt, ThreadLocalRandom.current().nextDouble());
                listener.accept(new Event.Retrying(attempt, patience.attempts(), pause, blockers));
                LockSupport.parkNanos(pause.toNanos());
            }
        }
    }

    /** A canceled statement may be one that takes too long, and would take too long again. */
    private static boolean isLock(LockkeeperException e) {
        Problem problem = e.problems().get(0);
        return problem.code() == Code.LOCK_NOT_AVAILABLE
                && problem.server() != null
                && !problem.server().sqlState().equals("57014");
    }

    private static LockkeeperException withBlockers(LockkeeperException e, List<Blocker> blockers, int attempts) {
        Problem problem = e.problems().get(0);
        for (Blocker blocker : blockers) {
            problem = problem.note("blocked by " + blocker.sentence());
        }
        return attempts == 1
                ? problem.asException(e)
                : problem.note("tried " + attempts + " times").asException(e);
    }
}
