package dev.lockkeeper.doctor;

import dev.lockkeeper.database.LockHolders;
import dev.lockkeeper.database.Session;
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
            case "55P03" -> holders(patient.session());
            default -> "the server says: " + e.error().message();
        };
    }

    /** Why a session did not get a lock in time: who holds it, as far as the server lets it see. */
    public static String holders(Session session) {
        List<String> all = LockHolders.of(session).stream()
                .map(LockHolders.Holder::sentence)
                .toList();
        return "somebody holds a lock on the catalog or on a table"
                + (all.isEmpty() ? ", and is not seen" : ": " + String.join("; ", all));
    }
}
