package dev.lockkeeper.apply;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.project.Patience;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the working session from outside while a statement takes long: who blocks it, how far a build of an index has
 * come, and whether its connection is dead, which it then ends. It has a thread and a session of its own, both made when they
 * are needed for the first time. Watching never disturbs a run: when the server refuses it, it ends.
 *
 * <p>No answer is waited for under the monitor of this object, so the run never waits for the watch.
 */
final class Watch implements AutoCloseable {
    private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(500);
    /** To set a clock for each statement would wake the thread of the watch for each of them. */
    private static final int TICKS = 4;

    private final Supplier<Session> sessions;
    private final WorkSession work;
    private final Pulse pulse;
    private final long firstLook;
    private final Consumer<Event> listener;
    private final ScheduledExecutorService thread;
    private @Nullable Session session;
    private @Nullable Future<?> ticks;
    private long due;
    private int statement;
    private boolean active;
    private boolean inquiring;
    private boolean broken;
    private List<Blocker> blockers = List.of();

    /**
     * @param work the working session, which is cut when its connection is dead
     * @param patience the first look comes before a lock is given up
     * @param listener told what is seen, by the watching thread
     */
    Watch(Supplier<Session> sessions, WorkSession work, Pulse pulse, Patience patience, Consumer<Event> listener) {
        this.sessions = sessions;
        this.work = work;
        this.pulse = pulse;
        this.firstLook =
                patience.lock().isZero() ? LOOK : Math.min(LOOK, patience.lock().toNanos() / 2);
        this.listener = listener;
        this.thread = Executors.newSingleThreadScheduledExecutor(look -> {
            Thread made = new Thread(look, "lockkeeper watch");
            made.setDaemon(true);
            return made;
        });
    }

    /** A statement begins. */
    synchronized void begin() {
        active = true;
        statement++;
        pulse.begin();
        blockers = List.of();
        due = System.nanoTime() + firstLook;
        if (ticks == null) {
            ticks = thread.scheduleWithFixedDelay(this::look, firstLook, firstLook / TICKS, TimeUnit.NANOSECONDS);
        }
    }

    /** The statement has ended, well or not; whoever blocked it when it was seen last. */
    synchronized List<Blocker> end() {
        active = false;
        return blockers;
    }

    private void look() {
        int seen;
        synchronized (this) {
            if (!active || broken || System.nanoTime() - due < 0) {
                return;
            }
            seen = statement;
            inquiring = true;
        }
        @Nullable Sight sight = null;
        try {
            sight = Sight.of(open(), work.facts().backend());
        } catch (LockkeeperException e) {
            Code code = e.problems().get(0).code();
            drop(code == Code.AUTHENTICATION_FAILED || code == Code.POOL_TOO_SMALL);
        } catch (SqlFailure e) {
            drop(!e.connectionLost());
        } catch (RuntimeException e) {
            drop(true);
        }
        tell(seen, sight);
    }

    private Session open() {
        Session open;
        synchronized (this) {
            open = session;
        }
        if (open == null) {
            open = sessions.get();
        }
        synchronized (this) {
            if (broken) {
                // the run has ended meanwhile, and nobody would close it
                open.cut();
            } else {
                session = open;
            }
        }
        return open;
    }

    /**
     * Gives the session up.
     *
     * @param forGood whether the server has said no; else it did not answer, and is asked again
     */
    private synchronized void drop(boolean forGood) {
        broken |= forGood;
        if (session != null) {
            session.cut();
            session = null;
        }
    }

    private synchronized void tell(int seen, @Nullable Sight sight) {
        inquiring = false;
        if (!active || broken || seen != statement) {
            return;
        }
        due = System.nanoTime() + LOOK;
        if (pulse.isDead(sight != null && sight.working(), System.nanoTime())) {
            broken = true;
            work.session().cut();
        }
        if (sight == null) {
            return;
        }
        if (!sight.blockers().isEmpty()) {
            if (!pids(sight.blockers()).equals(pids(blockers))) {
                listener.accept(new Event.Blocked(sight.blockers()));
            }
            blockers = sight.blockers();
        }
        sight.building().forEach(listener);
    }

    private static List<Integer> pids(List<Blocker> blockers) {
        return blockers.stream().map(Blocker::pid).toList();
    }

    @Override
    public void close() {
        end();
        thread.shutdownNow();
        synchronized (this) {
            broken = true;
            Session open = session;
            session = null;
            if (open == null) {
                return;
            }
            if (inquiring) {
                // its thread may wait for an answer that never comes
                open.cut();
                return;
            }
            try {
                open.close();
            } catch (SqlFailure e) {
                // the server will notice
            }
        }
    }
}
