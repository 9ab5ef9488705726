package dev.lockkeeper.doctor;

import static dev.lockkeeper.database.Quote.identifier;
import static dev.lockkeeper.database.Quote.literal;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How far replicas are behind, and which slots keep WAL for readers. */
final class Replication implements Check {
    private static final String NOW =
            "case when pg_is_in_recovery() then pg_last_wal_receive_lsn() else pg_current_wal_lsn() end";

    @Override
    public String what() {
        return "replicas and slots";
    }

    @Override
    public Part part() {
        return Part.REPLICATION;
    }

    @Override
    public void look(Patient patient, Chart chart) {
        slots(patient, chart);
        @Nullable
        String[] may = patient.row("select pg_has_role(current_user, 'pg_read_all_stats', 'USAGE'),"
                + " current_user, (select count(*) from pg_stat_replication)");
        if ("0".equals(may[2])) {
            return;
        }
        if (!"t".equals(may[0])) {
            chart.unseen(
                    Part.REPLICATION,
                    "the lag of " + may[2] + ("1".equals(may[2]) ? " replica" : " replicas"),
                    "run: grant pg_read_all_stats to " + identifier(String.valueOf(may[1])) + ";");
            return;
        }
        for (@Nullable
        String[] row : patient.rows("select coalesce(nullif(application_name, ''), 'a replica'),"
                + " coalesce(extract(epoch from replay_lag)::bigint, 0), coalesce(pg_wal_lsn_diff(" + NOW
                + ", replay_lsn), 0)::bigint from pg_stat_replication where state <> 'backup' order by 1")) {
            long seconds = number(row, 1);
            long bytes = number(row, 2);
            if (seconds >= patient.limits().lag().toSeconds()
                    || bytes > patient.limits().wal()) {
                chart.found(
                        Symptom.REPLICA_LAG,
                        String.valueOf(row[0]),
                        row[0] + " is " + seconds + " s and " + bytes / (1 << 20) + " MB behind",
                        "wait before the next big change; look at the disk and the network of the replica");
            }
        }
    }

    private static void slots(Patient patient, Chart chart) {
        for (@Nullable
        String[] row : patient.rows("select slot_name, active, coalesce(wal_status, ''), coalesce(pg_wal_lsn_diff("
                + NOW
                + ", restart_lsn), 0)::bigint from pg_replication_slots where not temporary and not pg_is_in_recovery()"
                + " order by 1")) {
            String name = String.valueOf(row[0]);
            String status = String.valueOf(row[2]);
            long bytes = number(row, 3);
            boolean active = "t".equals(row[1]);
            String[] drop =
                    active ? new String[0] : new String[] {"select pg_drop_replication_slot(" + literal(name) + ");"};
            if (status.equals("lost")) {
                chart.found(
                        Symptom.SLOT_WAL,
                        name,
                        "the slot " + name + " has lost WAL that its reader needs: it held more than"
                                + " max_slot_wal_keep_size, or was idle for too long",
                        "drop the slot, and build its reader anew",
                        drop);
            } else if (status.equals("unreserved") || bytes > patient.limits().wal()) {
                chart.found(
                        Symptom.SLOT_WAL,
                        name,
                        "the slot " + name + " holds " + bytes / (1 << 20) + " MB of WAL"
                                + (status.isEmpty() ? "" : " (" + status + ")"),
                        active
                                ? "its reader is at work and behind: look at the disk and the network of that"
                                : "start its reader, or drop the slot if nobody reads from it any more",
                        drop);
            } else if (!active) {
                chart.found(
                        Symptom.SLOT_INACTIVE,
                        name,
                        "nobody reads from the slot " + name,
                        "start its reader, or drop the slot if nobody reads from it any more",
                        drop);
            }
        }
    }

    private static long number(@Nullable String[] row, int column) {
        return Long.parseLong(Objects.requireNonNull(row[column]));
    }
}
