package dev.lockkeeper.doctor;

import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.LockkeeperException;
import java.time.Clock;
import java.util.List;

/** Looks at a database from all sides, and changes nothing. */
public final class Doctor {
    private final List<Check> checks;

    /** @param clock of this machine */
    public Doctor(Clock clock) {
        this.checks = List.of(
                new Transport(),
                new Pooling(),
                new Clocks(clock),
                new ServerSettings(),
                new Rights(),
                new Connections(),
                new Transactions(),
                new Replication(),
                new Storage(),
                new SchemaObjects());
    }

    /**
     * What there is to see. A check that may not look says so, and the others go on.
     *
     * @throws SqlFailure when the connection is lost
     */
    public Examination examine(Patient patient) {
        Chart chart = new Chart();
        for (Check check : checks) {
            try {
                check.look(patient, chart);
            } catch (SqlFailure e) {
                if (e.connectionLost()) {
                    throw e;
                }
                chart.unseen(check.part(), check.what(), why(e, patient));
            } catch (LockkeeperException e) {
                chart.unseen(check.part(), check.what(), e.problems().get(0).message());
            }
        }
        return chart.close(patient.target().toString());
    }

    private static String why(SqlFailure e, Patient patient) {
        return switch (e.error().sqlState()) {
            case "57014" -> "the server took too long";
            case "55P03" -> holders(patient);
            default -> "the server says: " + e.error().message();
        };
    }

    /** Nothing else keeps those from reading who look at the catalog and at tables. */
    private static String holders(Patient patient) {
        String told = "somebody holds a lock on the catalog or on a table";
        try {
            List<String> all = patient
                    .rows("select format('session %s%s%s holds %s%s', l.pid, ' of ' || a.usename, ' (' || nullif("
                            + "a.application_name, '') || ')', string_agg(distinct l.relation::regclass::text, ', '),"
                            + " ', in a transaction since ' || to_char(a.xact_start at time zone 'UTC',"
                            + " 'HH24:MI:SS\" UTC\"')) from pg_locks l left join pg_stat_activity a on a.pid = l.pid where"
                            + " l.granted and l.mode = 'AccessExclusiveLock' and l.locktype = 'relation' and l.pid <>"
                            + " pg_backend_pid() and l.database in (0, (select oid from pg_database where datname ="
                            + " current_database())) group by l.pid, a.usename, a.application_name, a.xact_start order by"
                            + " l.pid limit 3")
                    .stream()
                    .map(row -> String.valueOf(row[0]))
                    .toList();
            return all.isEmpty() ? told : told + ": " + String.join("; ", all);
        } catch (SqlFailure e) {
            if (e.connectionLost()) {
                throw e;
            }
            return told + ", which keeps even its holder from being seen";
        }
    }
}
