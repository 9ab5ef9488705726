package dev.lockkeeper.apply;

import dev.lockkeeper.database.Backend;
import dev.lockkeeper.database.Session;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What another session sees of one that runs a statement.
 *
 * @param working whether its process is there and neither waits for its client nor has its client wait for a message
 * @param blockers who holds what it waits for
 * @param building how far builds of indexes have come
 */
record Sight(boolean working, List<Blocker> blockers, List<Event.Building> building) {
    private static final String ACTIVITY = "select a.pid, a.usename, a.application_name,"
            + " extract(epoch from clock_timestamp() - coalesce(a.xact_start, a.state_change))::bigint,"
            + " left(a.query, 200) from pg_catalog.pg_stat_activity a";

    static Sight of(Session session, Backend backend) {
        List<List<@Nullable String[]>> seen = session.queryAll(Backend.AS_LOGIN + ACTIVITY
                + " where a.pid = any (pg_catalog.pg_blocking_pids(" + backend.pid() + ")) order by 1;"
                + " select phase, case when blocks_total > 0 then blocks_done * 100 / blocks_total end"
                + " from pg_catalog.pg_stat_progress_create_index where pid = " + backend.pid() + ";"
                + " select 1 from pg_catalog.pg_stat_activity where (wait_event_type is distinct from 'Client'"
                // a server that waits for another one, as a subscription does, is at work
                + " or wait_event not in ('ClientRead', 'ClientWrite')) and "
                + backend.isThis());
        return new Sight(
                !seen.get(2).isEmpty(),
                blockers(seen.get(0)),
                seen.get(1).stream().map(Sight::building).toList());
    }

    /** Asks for the transactions of others in this database that are at least that old; for none when the age is zero. */
    static String longTransactionsSql(Duration age) {
        return ACTIVITY + " where a.datname = current_database() and a.pid <> pg_backend_pid()"
                + " and a.backend_type = 'client backend' and " + !age.isZero()
                + " and a.xact_start < clock_timestamp() - interval '" + age.toMillis() + " ms' order by a.xact_start";
    }

    static List<Blocker> blockers(List<@Nullable String[]> rows) {
        return rows.stream().map(Sight::blocker).toList();
    }

    private static Event.Building building(@Nullable String[] row) {
        String percent = row[1];
        return new Event.Building(String.valueOf(row[0]), percent == null ? -1 : Integer.parseInt(percent));
    }

    private static Blocker blocker(@Nullable String[] row) {
        return new Blocker(
                Integer.parseInt(String.valueOf(row[0])),
                row[1] == null ? "" : row[1],
                row[2] == null ? "" : row[2],
                row[3] == null ? 0 : Long.parseLong(row[3]),
                row[4] == null ? "" : row[4]);
    }
}
