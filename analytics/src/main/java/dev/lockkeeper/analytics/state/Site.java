package dev.lockkeeper.analytics.state;

import dev.lockkeeper.database.RowSession;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A database where rollups are computed. Not thread-safe.
 *
 * @param session in no transaction
 * @param role which computes them; null for whoever has connected, who then sees all rows or gets an error
 */
public record Site(
        Session session, StateSchema schema, @Nullable String role) {
    /**
     * The number of a plan for many spans is no plan for one; compiling costs more than an hour's sums; the groups of an hour are to be kept in
     * memory, which the usual 4 MB are not enough for.
     */
    private static final String SETTINGS = "set local plan_cache_mode = force_custom_plan; set local jit = off; "
            + "select set_config('work_mem', '64MB', true) where pg_size_bytes(current_setting('work_mem')) < pg_size_bytes('64MB')";

    private RowSession rows() {
        return new RowSession(session, role);
    }

    /** The rows of the last result. */
    public List<@Nullable String[]> query(String sql) {
        return rows().query(sql);
    }

    /** The first value of the only row. */
    public @Nullable String value(String sql) {
        return query(sql).get(0)[0];
    }

    public void execute(String sql) {
        rows().execute(sql);
    }

    public String table(String name) {
        return schema.table(name);
    }

    /** Does the work in a transaction and commits, or takes it back. */
    public <T> T transaction(Supplier<T> work) {
        return transaction("begin isolation level read committed", work);
    }

    /** The same in one snapshot, and without changing anything. */
    public <T> T snapshot(Supplier<T> work) {
        return transaction("begin isolation level repeatable read read only", work);
    }

    private <T> T transaction(String begin, Supplier<T> work) {
        boolean done = false;
        try {
            session.execute(begin);
            execute(SETTINGS);
            T result = work.get();
            session.execute("commit");
            done = true;
            return result;
        } finally {
            if (!done) {
                takeBack();
            }
        }
    }

    private void takeBack() {
        try {
            session.alone("rollback");
        } catch (SqlFailure e) {
            // the session is lost, and its transaction with it
        }
    }

    /** Does part of a transaction, and takes that part alone back when it fails. */
    public <T> T part(Supplier<T> work) {
        RowSession rows = rows();
        rows.mark();
        boolean done = false;
        try {
            T result = work.get();
            done = true;
            return result;
        } finally {
            if (done) {
                rows.forget();
            } else if (session.isOpen()) {
                rows.back();
            }
        }
    }

    /** Does part of a transaction and takes it back, whatever comes of it. */
    public <T> T tried(Supplier<T> work) {
        RowSession rows = rows();
        rows.mark();
        try {
            return work.get();
        } finally {
            if (session.isOpen()) {
                rows.back();
            }
        }
    }

    /** The same as whoever has connected, who owns the tables; each does its own transactions. */
    public Site owner() {
        return new Site(session, schema, null);
    }

    /** Part of a transaction that is for whoever has connected, and not for the role. */
    public void asOwner(String sql) {
        session.execute("set local role none; set local row_security = off; " + sql);
    }

    /** What became of partitions since the last time is marked, and new ones get their triggers; one that writers keep busy has its turn next time. */
    public void watch() {
        transaction(this::watchToo);
    }

    /** The same in the transaction that is open. Gives whether all was looked at. */
    public boolean watchToo() {
        try {
            return part(() -> {
                execute("set local lock_timeout = '2s'; select " + table("watch_partitions")
                        + "(); set local lock_timeout to default");
                return true;
            });
        } catch (SqlFailure e) {
            if (e.code() != Code.LOCK_NOT_AVAILABLE) {
                throw e;
            }
            return false;
        }
    }

    /** What the server refuses, as a problem that says what to do; without the values of rows, which may be anybody's. */
    public Problem refused(String message, SqlFailure e) {
        Problem problem = e.problem(message).from(e.error().withoutValues());
        if (problem.code() == Code.STATEMENT_FAILED) {
            problem = problem.as(Code.ANALYTICS_STOPPED);
        }
        if (!e.error().sqlState().equals("42501")) {
            return problem;
        }
        return e.error().message().contains("row-level security")
                ? problem.help("name a role that the policies let see all rows, with role: under analytics: in"
                        + " lockkeeper.yaml, or connect as one with BYPASSRLS")
                : problem.help("grant what is missing to " + (role == null ? "who connects" : role)
                        + ", or name a role that has it with role: under analytics: in lockkeeper.yaml");
    }
}
