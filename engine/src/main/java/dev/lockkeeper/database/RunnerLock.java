package dev.lockkeeper.database;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The right to be the only runner of a component: a session-level advisory lock, which dies with its session.
 *
 * <p>It is polled and never waited for inside the server: a waiting session holds a snapshot, and CREATE INDEX
 * CONCURRENTLY in the session of the holder would wait for that snapshot for ever (manual 13.3.5, "Advisory Locks").
 */
public final class RunnerLock {
    private static final Duration GOING = Duration.ofSeconds(2);

    private final long key;
    private final String name;

    /** The lock of a component whose record is in the given schema; other databases have locks of their own. */
    public RunnerLock(String schema, String component) {
        this.name = component;
        this.key = key("lockkeeper runner lock\n" + schema + "\n" + component);
    }

    private static long key(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(digest).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** The statement that tries to take the lock and says {@code t} or {@code f}. */
    public String trySql() {
        return "select pg_try_advisory_lock(" + key + ")";
    }

    /** Gives the lock back; false when the session was lost, with which the lock dies. */
    public boolean release(Session session) {
        try {
            session.query(releaseSql());
            return true;
        } catch (SqlFailure e) {
            if (!e.connectionLost()) {
                throw e;
            }
            return false;
        }
    }

    /** The statement that gives the lock back. */
    public String releaseSql() {
        return "select pg_advisory_unlock(" + key + ")";
    }

    /** The statement that gives the lock back once if this session holds it, and does nothing if it does not. */
    public String releaseIfHeldSql() {
        return "select pg_advisory_unlock(" + key + ") from pg_catalog.pg_locks l where l.pid = pg_backend_pid()"
                + granted(key);
    }

    /** Chooses the rows of pg_locks that are a lock of this database and granted. */
    private static String granted(long key) {
        return " and l.locktype = 'advisory' and l.granted and l.objsubid = 1"
                + " and (l.classid::bigint << 32 | l.objid::bigint) = " + key
                + " and l.database = (select oid from pg_catalog.pg_database where datname = current_database())";
    }

    /**
     * The query for the process of the session that holds the lock, see {@link Backend#of}; no row when this session does not
     * hold it.
     */
    public String holdingSql() {
        return Backend.sql() + " and exists (select from pg_catalog.pg_locks l where l.pid = a.pid" + granted(key)
                + ")";
    }

    /** The problem of a session that does not hold the lock any more. */
    public RuntimeException lost(Session control) {
        return held(name(control.query(Backend.AS_LOGIN + holders(key))));
    }

    /**
     * Tries until it holds the lock and no script of an earlier holder runs any more.
     *
     * @param working the query for those scripts, a sentence for each; a killed runner lets go of the lock at once, but the
     *     server carries on with the message that it was sent last
     * @param reading statements that are sent together with the attempt, so that their results are true under the lock
     * @param patience how long to go on; zero means once
     * @param waiting told who holds the lock, each time that changes
     * @param others opens more sessions, to find out about a pooler
     * @return the results of the attempt that succeeded, those of {@code reading} last
     * @throws dev.lockkeeper.problem.LockkeeperException {@code runner-lock-held} when patience is over, {@code
     *     pooled-connection} when the session is lent for each transaction
     */
    public List<List<@Nullable String[]>> acquire(
            Session session,
            String working,
            String reading,
            Duration patience,
            Consumer<String> waiting,
            Supplier<Session> others) {
        long start = System.nanoTime();
        String told = "";
        boolean taken = false;
        // behind a pooler the server's process is not the one that the connection has named: then nothing is locked yet
        String attempt =
                "select case when pg_backend_pid() = " + session.pid() + " then pg_try_advisory_lock(" + key + ") end";
        for (long pause = 20; ; pause = Math.min(pause * 2, 500)) {
            List<List<@Nullable String[]>> results =
                    session.queryAll((taken ? "" : attempt + "; ") + working + "; " + reading);
            if (!taken && results.get(0).get(0)[0] == null) {
                requireSession(session, others);
                attempt = trySql();
                continue;
            }
            List<@Nullable String[]> atWork = results.get(taken ? 0 : 1);
            taken = taken || "t".equals(results.get(0).get(0)[0]);
            if (taken && atWork.isEmpty()) {
                return results;
            }
            String holder = taken
                    ? "the session of an earlier run, which is still at work: " + name(atWork)
                    : name(session.query(holders(key)));
            // a session that was closed a moment ago takes a moment to go
            Duration limit = taken && patience.compareTo(GOING) < 0 ? GOING : patience;
            if (System.nanoTime() - start >= limit.toNanos()) {
                session.query(releaseIfHeldSql());
                throw held(holder);
            }
            if (!holder.equals(told)) {
                waiting.accept(holder);
                told = holder;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(pause));
            if (Thread.currentThread().isInterrupted()) {
                session.query(releaseIfHeldSql());
                throw held(holder);
            }
        }
    }

    /**
     * Makes sure that the session keeps its server process.
     *
     * @param others opens more sessions, to find out about a pooler
     * @throws dev.lockkeeper.problem.LockkeeperException {@code pooled-connection} when it does not
     */
    public void requireSession(Session session, Supplier<Session> others) {
        if (Pooler.isBetween(session) && lends(session, others)) {
            throw Problem.of(
                            Code.POOLED_CONNECTION,
                            "a pooler lends another session of the server to each transaction of this connection")
                    .because("the lock that keeps runners apart belongs to a session, and would stay with one that"
                            + " serves others")
                    .help("connect to the server itself, or to the pooler's address in session mode")
                    .asException();
        }
    }

    private static boolean lends(Session session, Supplier<Session> others) {
        try {
            return Pooler.lends(session, others);
        } catch (SqlFailure | LockkeeperException e) {
            throw poolTooSmall(e);
        }
    }

    /** The problem of a pool that gives a run no second connection: {@code pool-too-small}. */
    public static RuntimeException poolTooSmall(RuntimeException cause) {
        return Problem.of(Code.POOL_TOO_SMALL, "the connection goes through a pool, which gives no second one")
                .because("a run needs two connections at once, and three while a statement takes long; "
                        + cause.getMessage())
                .help("let the pool give at least three connections to this user and database, or connect to the server"
                        + " itself")
                .asException(cause);
    }

    private RuntimeException held(String holder) {
        return Problem.of(Code.RUNNER_LOCK_HELD, "another run holds the runner lock of component " + name)
                .because("held by " + holder)
                .help("wait for it to end and run the same command again; --runner-lock-timeout says how long to wait")
                .asException();
    }

    /** The query for who holds the lock: one row, a sentence; none when nobody does. */
    public String holdersSql() {
        return holders(key);
    }

    private static String holders(long key) {
        return "select format('%s (pid %s, user %s, from %s, since %s)',"
                + " coalesce(nullif(a.application_name, ''), 'a session'), a.pid, a.usename,"
                + " coalesce(host(a.client_addr), 'this machine'), to_char(a.backend_start, 'YYYY-MM-DD HH24:MI:SSOF'))"
                + " from pg_catalog.pg_locks l join pg_catalog.pg_stat_activity a on a.pid = l.pid where true"
                + granted(key);
    }

    private static String name(List<@Nullable String[]> holders) {
        return holders.isEmpty() ? "a run that just ended" : String.valueOf(holders.get(0)[0]);
    }
}
