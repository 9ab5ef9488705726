package dev.lockkeeper.database;

import static dev.lockkeeper.database.Quote.literal;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The server process behind a session. A pooler names another one to its clients, so it is asked from the server.
 *
 * @param pid its number, which another process may have later
 * @param start when it started, as the server writes it
 */
public record Backend(int pid, String start) {
    private static final int PATIENCE_MILLIS = 5000;

    /**
     * Before SQL that looks at activity: a login whose setting is another role sees its own processes only as itself (manual
     * 27.2.3, "pg_stat_activity"). Until the end of the transaction.
     */
    public static final String AS_LOGIN = "set local role none;";

    /** The statement with which a session asks for its process, after {@link #AS_LOGIN}. */
    public static String sql() {
        // the view would also look up the names of its user and database
        return "select a.pid, a.backend_start from pg_catalog.pg_stat_get_activity(pg_backend_pid()) a"
                + " where a.pid = pg_backend_pid()";
    }

    /** What the statement says; empty when it says nothing. */
    public static Optional<Backend> of(List<@Nullable String[]> rows) {
        return rows.stream()
                .findFirst()
                .map(row -> new Backend(Integer.parseInt(String.valueOf(row[0])), String.valueOf(row[1])));
    }

    /** Chooses its row of pg_stat_activity. */
    public String isThis() {
        return "pid = " + pid + " and backend_start = " + literal(start) + "::timestamptz";
    }

    /** Ends it through another session of the same user; tells whether it is gone. What it had committed stays. */
    public boolean end(Session other) {
        other.query(AS_LOGIN + "select pg_catalog.pg_terminate_backend(pid, " + PATIENCE_MILLIS
                + ") from pg_catalog.pg_stat_activity where " + isThis());
        return other.query(AS_LOGIN + "select 1 from pg_catalog.pg_stat_activity where " + isThis())
                .isEmpty();
    }
}
