package dev.lockkeeper.gate;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import org.jspecify.annotations.Nullable;

/**
 * Which database of which running server it is, whatever address leads there. Every user may ask for it, and a copy of the server's
 * files, which keeps the identifier that initdb has given, is another one.
 *
 * @param started when the server was started, to the microsecond; a time at which no other server was
 * @param oid of the database on that server
 */
public record DatabaseInstance(String started, String oid) {
    private static final String SQL =
            "select pg_postmaster_start_time()::text, oid::text from pg_database where datname ="
                    + " current_database()";

    /**
     * Asks a session.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException when the server does not answer
     */
    public static DatabaseInstance of(Session session) {
        try {
            @Nullable String[] row = session.query(SQL).get(0);
            return new DatabaseInstance(String.valueOf(row[0]), String.valueOf(row[1]));
        } catch (SqlFailure e) {
            throw e.problem("the database does not say which one it is").asException(e);
        }
    }
}
