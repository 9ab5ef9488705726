package dev.lockkeeper.database;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Own SQL in a transaction, as the role that may see and write the rows. Not thread-safe.
 *
 * @param role null for whoever has connected: then a row that a policy would hide is an error
 */
public record RowSession(Session session, @Nullable String role) {
    private static final String POINT = "lockkeeper_rows";

    /** The rows of the last result. */
    public List<@Nullable String[]> query(String sql) {
        return session.query(before() + sql);
    }

    /** The rows of each result. */
    public List<List<@Nullable String[]>> queryAll(String sql) {
        return session.queryAll(before() + sql);
    }

    public void execute(String sql) {
        session.execute(before() + sql);
    }

    /** Marks where {@link #back} goes back to. */
    public void mark() {
        execute("savepoint " + POINT);
    }

    /** Forgets the last mark. */
    public void forget() {
        execute("release savepoint " + POINT);
    }

    /** Undoes what was done since the last mark, also after a failure, and forgets it. */
    public void back() {
        // in a transaction that failed nothing else is understood first
        session.alone("rollback to savepoint " + POINT);
        forget();
    }

    /** Runs {@code COPY ... FROM STDIN}; gives the number of rows that were sent. */
    public long copyIn(String sql, InputStream data) {
        if (role != null) {
            session.execute(before());
        }
        return session.copyIn(sql, data);
    }

    /**
     * Runs {@code COPY ... TO STDOUT}; gives the number of rows that came.
     *
     * @param rows gets what comes, as it comes; it must take all of it and throw nothing
     */
    public long copyOut(String sql, OutputStream rows) {
        return session.copyOut(before(), sql, rows);
    }

    /** What each message begins with: a role that was named sees what its policies show, as it does at its work. */
    private String before() {
        return role == null ? "" : "set local role " + Quote.identifier(role) + ";set local row_security = on;";
    }
}
