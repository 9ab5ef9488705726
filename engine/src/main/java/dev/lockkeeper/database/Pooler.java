package dev.lockkeeper.database;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Tells a pooler that keeps a server's session for its client from one that lends it for a transaction, such as PgBouncer
 * in its transaction mode: there the session lock of a runner would stay with a session that serves others.
 */
final class Pooler {
    private static final int PROBES = 3;

    private Pooler() {}

    /** Whether somebody between client and server has given the session another process than the server says. */
    static boolean isBetween(Session session) {
        return !backend(session).equals(Integer.toString(session.pid()));
    }

    /**
     * Whether the server's side of the session may be another in each transaction: while the session is idle, a
     * transaction of another client comes to the same process, or drives the session to another one.
     *
     * @param others opens more sessions, which are closed again
     */
    static boolean lends(Session session, Supplier<Session> others) {
        String own = backend(session);
        List<Session> opened = new ArrayList<>();
        try {
            for (int i = 0; i < PROBES; i++) {
                Session other = others.get();
                opened.add(other);
                String its = String.valueOf(
                        other.query("begin; select pg_backend_pid()").get(0)[0]);
                if (its.equals(own) || !backend(session).equals(own)) {
                    return true;
                }
            }
            return false;
        } catch (SqlFailure e) {
            // one in statement mode takes no transaction and ends the connection (pgbouncer.ini, pool_mode)
            if (e.error().sqlState().equals("08P01")) {
                return true;
            }
            throw e;
        } finally {
            opened.forEach(Session::close);
        }
    }

    private static String backend(Session session) {
        return String.valueOf(session.query("select pg_backend_pid()").get(0)[0]);
    }
}
