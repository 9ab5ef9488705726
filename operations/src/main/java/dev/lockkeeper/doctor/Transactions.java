package dev.lockkeeper.doctor;

import static dev.lockkeeper.database.Quote.identifier;
import static dev.lockkeeper.database.Quote.literal;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Who holds what for long, and how old the oldest rows are. */
final class Transactions implements Check {
    @Override
    public String what() {
        return "transactions of others";
    }

    @Override
    public Part part() {
        return Part.ACTIVITY;
    }

    @Override
    public void look(Patient patient, Chart chart) {
        sessions(patient, chart);
        prepared(patient, chart);
        age(patient, chart);
    }

    private static void sessions(Patient patient, Chart chart) {
        @Nullable
        String[] hidden = patient.row("select count(*), current_user from pg_stat_activity a where a.datid ="
                + " (select oid from pg_database where datname = current_database()) and a.pid <> pg_backend_pid()"
                + " and a.backend_type is null");
        if (!"0".equals(hidden[0])) {
            chart.unseen(
                    Part.ACTIVITY,
                    hidden[0] + " sessions of other roles",
                    "run: grant pg_read_all_stats to " + identifier(String.valueOf(hidden[1])) + ";");
        }
        for (@Nullable
        String[] row : patient.rows("select a.pid, coalesce(a.usename, ''), coalesce(a.application_name, ''),"
                + " extract(epoch from clock_timestamp() - a.xact_start)::bigint,"
                + " case when a.state like 'idle in transaction%' then extract(epoch from clock_timestamp() -"
                + " a.state_change)::bigint end from pg_stat_activity a where a.backend_type = 'client backend' and"
                + " a.datname = current_database() and a.xact_start is not null and a.pid <> pg_backend_pid() order by"
                + " a.xact_start")) {
            long open = Long.parseLong(Objects.requireNonNull(row[3]));
            String idle = row[4];
            String application = String.valueOf(row[2]);
            String who =
                    "session " + row[0] + " of " + row[1] + (application.isEmpty() ? "" : " (" + application + ")");
            String end = "select pg_terminate_backend(" + row[0] + ");";
            if (idle != null && Long.parseLong(idle) >= patient.limits().idle().toSeconds()) {
                chart.found(
                        Symptom.TRANSACTION_IDLE,
                        who,
                        who + " has a transaction open for " + open + " s and does nothing in it for " + idle + " s",
                        "let the application end its transactions; this ends the session",
                        end);
            } else if (open >= patient.limits().transaction().toSeconds()) {
                chart.found(
                        Symptom.TRANSACTION_LONG,
                        who,
                        who + " has a transaction open for " + open + " s",
                        "wait for it, or end the session if nobody misses it",
                        end);
            }
        }
    }

    private static void prepared(Patient patient, Chart chart) {
        for (@Nullable
        String[] row : patient.rows("select gid, owner, extract(epoch from clock_timestamp() - prepared)::bigint"
                + " from pg_prepared_xacts where database = current_database() order by prepared")) {
            if (Long.parseLong(Objects.requireNonNull(row[2]))
                    >= patient.limits().transaction().toSeconds()) {
                String name = String.valueOf(row[0]);
                chart.found(
                        Symptom.TRANSACTION_PREPARED,
                        name,
                        "the transaction " + name + " of " + row[1] + " was prepared " + row[2] + " s ago",
                        "ask its coordinator how it ended, and run one of these in this database",
                        "commit prepared " + literal(name) + ";",
                        "rollback prepared " + literal(name) + ";");
            }
        }
    }

    /** The server stops taking changes for all databases when one of them is too old (manual 24.1.5). */
    private static void age(Patient patient, Chart chart) {
        @Nullable
        String[] row = patient.row(
                "select datname, greatest(age(datfrozenxid), mxid_age(datminmxid)),"
                        + " mxid_age(datminmxid) > age(datfrozenxid), datallowconn from pg_database order by 2 desc, datname = current_database() desc limit 1");
        long age = Long.parseLong(Objects.requireNonNull(row[1]));
        chart.fact("oldest row", age + " transactions ago");
        if (age > patient.limits().age()) {
            String kind = "t".equals(row[2]) ? "multixacts" : "transactions";
            chart.found(
                    Symptom.WRAPAROUND,
                    "database " + identifier(String.valueOf(row[0])),
                    "the oldest row of database " + row[0] + " is " + age + " " + kind
                            + " old; at 2147483647 the server stops",
                    "t".equals(row[3])
                            ? "end what is open for long and prepared, look for slots that hold it back, and run this in that"
                                    + " database"
                            : "nobody connects to that database, and autovacuum freezes it by itself: end what is open for long"
                                    + " and prepared, look for slots that hold it back, and see whether autovacuum is on",
                    "t".equals(row[3]) ? new String[] {"vacuum (freeze);"} : new String[0]);
        }
    }
}
