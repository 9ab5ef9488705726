package dev.lockkeeper.audit;

import dev.lockkeeper.history.AuditedTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Compares the tables of the record with what its chain says of them. */
final class Comparison {
    /** What a rollback changes of a row. */
    private static final Set<String> TAKEN_BACK =
            Set.of("state", "rolled_back_at", "rolled_back_by", "rolled_back_run");

    private final Replay replay;
    private final List<Violation> violations = new ArrayList<>();

    private Comparison(Replay replay) {
        this.replay = replay;
    }

    static List<Violation> of(Replay replay, Map<AuditedTable, List<AuditRow>> tables) {
        Comparison comparison = new Comparison(replay);
        for (AuditedTable table : AuditedTable.values()) {
            comparison.compare(replay.of(table), tables.getOrDefault(table, List.of()));
        }
        return comparison.violations;
    }

    private void compare(SortedMap<Long, AuditRow> expected, Collection<AuditRow> actual) {
        SortedMap<Long, AuditRow> left = new TreeMap<>(expected);
        for (AuditRow row : actual) {
            AuditRow known = left.remove(row.id());
            if (known != null) {
                difference(known, row);
            } else if (!isAtWork(row)) {
                violations.add(new Violation(0, row.named(), "no entry explains it: it was inserted by hand"));
            }
        }
        left.values()
                .forEach(gone -> violations.add(new Violation(
                        gone.seq(),
                        gone.named(),
                        "entry " + gone.seq() + " shows it, and it is gone: it was deleted")));
    }

    /** What a run has done that has not ended: the entry of its end will show it. */
    private boolean isAtWork(AuditRow row) {
        Replay.Begun begun = replay.open(row.text("run"));
        return begun != null && begun.planned(row);
    }

    private void difference(AuditRow known, AuditRow row) {
        Set<String> columns = new TreeSet<>(known.values().keySet());
        columns.addAll(row.values().keySet());
        Replay.Begun takingBack = replay.open(row.text("rolled_back_run"));
        boolean rollback = takingBack != null && takingBack.steps().containsKey(row.step());
        boolean ending = row.table() == AuditedTable.REPEATABLE
                && replay.open().stream()
                        .anyMatch(begun -> begun.entry().action().equals("rollback")
                                && begun.entry().component().equals(row.text("component")));
        for (String column : columns) {
            String is = shown(row, column);
            String was = shown(known, column);
            boolean excused = (rollback && TAKEN_BACK.contains(column)) || (ending && column.equals("in_force"));
            if (!is.equals(was) && !excused) {
                violations.add(new Violation(
                        known.seq(),
                        row.named(),
                        column + " is " + is + " and was " + was + " in entry " + known.seq() + ": it was edited"));
            }
        }
    }

    private static String shown(AuditRow row, String column) {
        Object value = row.values().get(column);
        return value == null ? "null" : value.toString();
    }
}
