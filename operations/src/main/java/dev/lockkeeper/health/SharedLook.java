package dev.lockkeeper.health;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One look at the databases for everybody who asks: made when somebody asks, at most once in a while, and while nothing can be
 * seen less and less often. Nobody who asks waits for long. Thread-safe.
 */
final class SharedLook implements AutoCloseable {
    /** How old an answer may be. */
    private static final long FRESH = TimeUnit.SECONDS.toNanos(1);

    /** After how long a look that goes on counts as one that sees nothing. */
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(3);

    /** The longest pause after a look that has seen nothing: what has come back is told within that. */
    private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(4);

    private final Examiner examiner;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition asked = lock.newCondition();
    private final Condition answered = lock.newCondition();
    private final Thread looker = new Thread(this::work, "health look");

    private @Nullable HealthReport report;
    private long made;
    private long began;
    private long pause = FRESH;
    private long looks;
    private boolean wanted;
    private boolean looking;
    private boolean closed;

    SharedLook(Examiner examiner) {
        this.examiner = examiner;
        looker.setDaemon(true);
        looker.start();
    }

    /** The last look, of which one is made if it is too old; empty while no answer comes. */
    Optional<HealthReport> report() {
        lock.lock();
        try {
            long until = System.nanoTime() + PATIENCE;
            while (!isFresh()) {
                // whoever comes while a look hangs does not wait as long as the first
                long left = (looking ? Math.min(until, began + PATIENCE) : until) - System.nanoTime();
                if (left <= 0 || closed) {
                    return Optional.empty();
                }
                wanted = true;
                asked.signal();
                answered.awaitNanos(left);
            }
            return Optional.ofNullable(report);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    private boolean isFresh() {
        return report != null && System.nanoTime() - made < pause;
    }

    /** How many looks were made. */
    long looks() {
        lock.lock();
        try {
            return looks;
        } finally {
            lock.unlock();
        }
    }

    private void work() {
        lock.lock();
        try {
            while (!closed) {
                if (!wanted || isFresh()) {
                    wanted = false;
                    asked.await();
                    continue;
                }
                began = System.nanoTime();
                looking = true;
                lock.unlock();
                HealthReport seen;
                try {
                    seen = examiner.look();
                } finally {
                    lock.lock();
                    looking = false;
                }
                boolean known = seen.components().stream().allMatch(one -> one.problem() == null);
                pause = known ? FRESH : Math.min(LONGEST_PAUSE, pause * 2);
                report = seen;
                made = System.nanoTime();
                looks++;
                wanted = false;
                answered.signalAll();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** Ends; a look that hangs is left to itself. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            asked.signalAll();
            answered.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            looker.join(Duration.ofSeconds(2).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        examiner.close();
    }
}
