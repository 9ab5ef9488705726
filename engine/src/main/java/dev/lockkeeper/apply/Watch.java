package dev.lockkeeper.apply;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.project.Patience;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the working session from outside while a statement takes long: who blocks it, and how far a build of an index
 * has come. It has a thread and a session of its own, both made when they are needed for the first time. Watching never
 * disturbs a run: when it fails, it ends.
 */
final class Watch implements AutoCloseable {
    private static final long LOOK = 500;
    private static final String ACTIVITY = "select a.pid, a.usename, a.application_name,"
            + " extract(epoch from clock_timestamp() - coalesce(a.xact_start, a.state_change))::bigint,"
            + " left(a.query, 200) from pg_catalog.pg_stat_activity a";

    private final Supplier<Session> sessions;
    private final int pid;
    private final long firstLook;
    private final Consumer<Event> listener;
    private final ScheduledExecutorService thread;
    private @Nullable Session session;
    private @Nullable Future<?> looking;
    private boolean active;
    private boolean broken;
    private List<Blocker> blockers = List.of();

    /**
     * @param pid process of the working session
     * @param patience the first look comes before a lock is given up
     * @param listener told what is seen, by the watching thread
     */
    Watch(Supplier<Session> sessions, int pid, Patience patience, Consumer<Event> listener) {
        this.sessions = sessions;
        this.pid = pid;
        this.firstLook =
                patience.lock().isZero() ? LOOK : Math.min(LOOK, patience.lock().toMillis() / 2);
        this.listener = listener;
        this.thread = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread made = new Thread(work, "lockkeeper watch");
            made.setDaemon(true);
            return made;
        });
    }

    /** The statement that finds the transactions of others in this database that are at least that old. */
    static String longSql(Duration age) {
        return ACTIVITY + " where a.datname = current_database() and a.pid <> pg_backend_pid() and "
                + (age.isZero() ? "false" : "a.xact_start < clock_timestamp() - interval '" + age.toMillis() + " ms'")
                + " and a.backend_type = 'client backend' order by a.xact_start";
    }

    /** What {@link #longSql} has found. */
    static List<Blocker> longTransactions(List<@Nullable String[]> rows) {
        return rows.stream().map(Watch::blocker).toList();
    }

    /** A statement begins. */
    synchronized void begin() {
        active = true;
        blockers = List.of();
        if (!broken) {
            looking = thread.scheduleWithFixedDelay(this::look, firstLook, LOOK, TimeUnit.MILLISECONDS);
        }
    }

    /** The statement has ended, well or not; whoever blocked it when it was seen last. */
    synchronized List<Blocker> end() {
        active = false;
        if (looking != null) {
            looking.cancel(false);
            looking = null;
        }
        return blockers;
    }

    private synchronized void look() {
        if (!active || broken) {
            return;
        }
        try {
            Session open = session == null ? sessions.get() : session;
            session = open;
            List<List<@Nullable String[]>> seen = open.queryAll(ACTIVITY
                    + " where a.pid = any (pg_catalog.pg_blocking_pids(" + pid + ")) order by 1;"
                    + " select phase, case when blocks_total > 0 then blocks_done * 100 / blocks_total end"
                    + " from pg_catalog.pg_stat_progress_create_index where pid = " + pid);
            List<Blocker> now = seen.get(0).stream().map(Watch::blocker).toList();
            if (!now.isEmpty()) {
                if (!pids(now).equals(pids(blockers))) {
                    listener.accept(new Event.Blocked(now));
                }
                blockers = now;
            }
            for (@Nullable String[] build : seen.get(1)) {
                String percent = build[1];
                listener.accept(
                        new Event.Building(String.valueOf(build[0]), percent == null ? -1 : Integer.parseInt(percent)));
            }
        } catch (RuntimeException e) {
            broken = true;
        }
    }

    private static List<Integer> pids(List<Blocker> blockers) {
        return blockers.stream().map(Blocker::pid).toList();
    }

    private static Blocker blocker(@Nullable String[] row) {
        return new Blocker(
                Integer.parseInt(String.valueOf(row[0])),
                row[1] == null ? "" : row[1],
                row[2] == null ? "" : row[2],
                row[3] == null ? 0 : Long.parseLong(row[3]),
                row[4] == null ? "" : row[4]);
    }

    @Override
    public void close() {
        end();
        thread.shutdownNow();
        synchronized (this) {
            broken = true;
            if (session != null) {
                try {
                    session.close();
                } catch (RuntimeException e) {
                    // the server will notice
                }
            }
        }
    }
}
