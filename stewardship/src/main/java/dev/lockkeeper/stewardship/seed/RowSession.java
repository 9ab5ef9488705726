package dev.lockkeeper.stewardship.seed;

import dev.lockkeeper.database.Quote;
import dev.lockkeeper.database.Session;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Own SQL in the transaction of a package, as the role that writes its rows. Not thread-safe.
 *
 * @param role null for whoever has connected: then a row that a policy would hide is an error
 */
public record RowSession(Session session, @Nullable String role) {
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

    /** What each message begins with: a role that was named sees what its policies show, as it does at its work. */
    private String before() {
        return role == null ? "" : "set local role " + Quote.identifier(role) + ";set local row_security = on;";
    }
}
