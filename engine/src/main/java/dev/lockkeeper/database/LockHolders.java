package dev.lockkeeper.database;

import java.util.List;

/** Who keeps others from reading: sessions with an exclusive lock on a table, an index or the catalog of a database. */
public final class LockHolders {
    private static final int SHOWN = 3;

    private LockHolders() {}

    /** A session with such locks: its server process, and a sentence that says who it is and what it holds. */
    public record Holder(String pid, String sentence) {}

    /**
     * Who that is, the first three; empty when nobody is seen. What the server hides of sessions of other roles is left out
     * (manual, "pg_stat_activity"). Of a lock on the catalog itself the server may not be able to tell more.
     *
     * @throws SqlFailure when the connection is lost
     */
    public static List<Holder> of(Session session) {
        try {
            return session
                    .query(
                            "select l.pid, format('session %s%s%s holds %s%s', l.pid, ' of ' || a.usename, ' (' || nullif("
                                    + "a.application_name, '') || ')', string_agg(distinct l.relation::regclass::text, ', '),"
                                    + " ', in a transaction since ' || to_char(a.xact_start at time zone 'UTC', 'HH24:MI:SS\" UTC\"'))"
                                    + " from pg_catalog.pg_locks l left join pg_catalog.pg_stat_activity a on a.pid = l.pid"
                                    + " where l.granted and l.mode = 'AccessExclusiveLock' and l.locktype = 'relation'"
                                    + " and l.pid is distinct from pg_backend_pid() and l.database in (0, (select oid from"
                                    + " pg_catalog.pg_database where datname = current_database())) group by l.pid, a.usename,"
                                    + " a.application_name, a.xact_start order by l.pid limit " + SHOWN)
                    .stream()
                    .map(row -> new Holder(String.valueOf(row[0]), String.valueOf(row[1])))
                    .toList();
        } catch (SqlFailure e) {
            if (e.connectionLost()) {
                throw e;
            }
            return List.of();
        }
    }
}
