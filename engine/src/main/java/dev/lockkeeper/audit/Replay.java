package dev.lockkeeper.audit;

import dev.lockkeeper.history.AuditSql;
import dev.lockkeeper.history.AuditedTable;
import dev.lockkeeper.history.DataRecord;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the tables of the record must hold by the entries of a chain, and the runs that have not ended. Not thread-safe. */
final class Replay {
    private static final Set<String> ACTIONS = Set.of(
            "apply",
            "apply" + AuditSql.ENDED,
            "rollback",
            "rollback" + AuditSql.ENDED,
            "move",
            "separate",
            "adopt",
            "baseline",
            "seed",
            "approve",
            "break-glass",
            "comment",
            "resolve",
            DataRecord.RETAIN,
            DataRecord.ERASE,
            Archiver.ACTION);

    private final Map<AuditedTable, SortedMap<Long, AuditRow>> rows = new EnumMap<>(AuditedTable.class);
    private final Map<String, Begun> open = new HashMap<>();
    private final Set<String> unknownRuns = new HashSet<>();
    private final List<Violation> violations = new ArrayList<>();

    /**
     * A run that has begun.
     *
     * @param plan the digest of its plan
     * @param steps what is planned, by version or label
     */
    record Begun(String run, String plan, ChainEntry entry, Map<String, Payload> steps) {
        /** Whether the run was to make such a row, with this script. */
        boolean planned(AuditRow row) {
            Payload step = steps.get(row.step());
            return step != null && row.text("checksum").equals(step.text("checksum"));
        }
    }

    private Replay() {
        for (AuditedTable table : AuditedTable.values()) {
            rows.put(table, new TreeMap<>());
        }
    }

    /** Follows the entries of a chain; where its beginning is not at hand, from what the archive has left of it. */
    static Replay of(List<ChainEntry> entries) {
        return of(entries, Links.archive(entries));
    }

    /** @param archive the entry that tells of the newest archive, wherever it stands; null when there is none */
    static Replay of(List<ChainEntry> entries, @Nullable ChainEntry archive) {
        Replay replay = new Replay();
        long from = 0;
        Payload archived = archive == null ? null : Payload.read(archive.payload());
        if (archive != null && archived != null && !isWhole(entries, archived.number("to"))) {
            from = archived.number("to");
            replay.show(archive, archived.object("state"));
        }
        for (ChainEntry entry : entries) {
            if (entry.seq() > from) {
                replay.follow(entry);
            }
        }
        return replay;
    }

    /** Whether all entries up to one are at hand. */
    static boolean isWhole(List<ChainEntry> entries, long to) {
        return entries.stream()
                        .filter(entry -> entry.seq() <= to)
                        .map(ChainEntry::seq)
                        .distinct()
                        .count()
                == to;
    }

    private void follow(ChainEntry entry) {
        Payload payload = Payload.read(entry.payload());
        if (payload == null) {
            violations.add(Violation.of(entry, "its payload is not a JSON object"));
            return;
        }
        if (!isKnown(entry)) {
            violations.add(Violation.of(
                    entry, "no command leaves such an entry there: it was put in by hand, or by another Lockkeeper"));
        }
        String run = payload.text("run");
        if (entry.action().equals("apply") || entry.action().equals("rollback")) {
            Map<String, Payload> steps = new HashMap<>();
            payload.objects("steps").forEach(step -> steps.put(String.valueOf(step.text("step")), step));
            open.put(
                    String.valueOf(run),
                    new Begun(String.valueOf(run), String.valueOf(payload.text("plan")), entry, steps));
        } else if (entry.action().endsWith(AuditSql.ENDED)) {
            ended(entry, payload, String.valueOf(run));
        } else if (entry.action().equals("move")) {
            move(entry, payload);
        }
        if (!entry.action().equals(Archiver.ACTION)) {
            show(entry, payload);
        }
    }

    private static boolean isKnown(ChainEntry entry) {
        return entry.action().equals(Links.RECORD)
                ? entry.seq() == 1
                : ACTIONS.contains(entry.action()) || entry.action().startsWith("repair ");
    }

    private void show(ChainEntry entry, Payload payload) {
        unknownRuns.addAll(payload.texts("runs"));
        rows.forEach((table, known) -> payload.objects(table.key()).forEach(row -> {
            AuditRow shown = AuditRow.shown(table, entry, row);
            known.put(shown.id(), shown);
        }));
        if ("true".equals(payload.text("out_of_force"))) {
            of(AuditedTable.REPEATABLE)
                    .replaceAll((id, row) -> row.text("component").equals(entry.component())
                                    && row.text("in_force").equals("true")
                            ? row.with(entry.seq(), "in_force", "false")
                            : row);
        }
    }

    private void ended(ChainEntry entry, Payload payload, String run) {
        Begun begun = open.remove(run);
        if (begun == null) {
            if (!unknownRuns.remove(run)) {
                violations.add(Violation.of(entry, "it ends run " + run + ", which no entry has begun"));
            }
            return;
        }
        Map<String, AuditRow> shown = new HashMap<>();
        for (AuditedTable table : List.of(AuditedTable.HISTORY, AuditedTable.REPEATABLE)) {
            for (Payload row : payload.objects(table.key())) {
                AuditRow one = AuditRow.shown(table, entry, row);
                shown.put(one.step(), one);
            }
        }
        for (List<String> row : payload.lists("made")) {
            if (row.size() < 4 || !row.get(0).matches("\\d{1,18}")) {
                violations.add(Violation.of(entry, "what it shows of the history cannot be read"));
                continue;
            }
            AuditRow one = AuditRow.made(entry, begun, row);
            shown.put(one.step(), one);
            of(AuditedTable.HISTORY).put(one.id(), one);
        }
        boolean up = begun.entry().action().equals("apply");
        shown.forEach((step, row) -> {
            Payload planned = begun.steps().get(step);
            if (planned == null || (up && !begun.planned(row))) {
                violations.add(Violation.of(
                        entry,
                        row.named() + (planned == null ? " is of no step" : " has not the script") + " that entry "
                                + begun.entry().seq()
                                + " has planned: it was inserted or edited while the run was at work"));
            }
        });
        for (Payload step : payload.objects("steps")) {
            String name = String.valueOf(step.text("step"));
            if (up && "done".equals(step.text("state")) && !shown.containsKey(name)) {
                violations.add(
                        Violation.of(entry, "step " + name + " was done, and the record had no row of it at the end"));
            }
        }
    }

    private void move(ChainEntry entry, Payload payload) {
        String from = payload.text("from");
        String to = payload.text("to");
        if (from == null || to == null) {
            return;
        }
        for (AuditedTable table : List.of(AuditedTable.HISTORY, AuditedTable.REPEATABLE)) {
            SortedMap<Long, AuditRow> known = of(table);
            if ("true".equals(payload.text("away"))) {
                known.values().removeIf(row -> row.text("component").equals(from));
            } else {
                known.replaceAll(
                        (id, row) -> row.text("component").equals(from) ? row.with(entry.seq(), "component", to) : row);
            }
        }
    }

    /** The rows that a table must hold, by their ids. */
    SortedMap<Long, AuditRow> of(AuditedTable table) {
        return rows.getOrDefault(table, new TreeMap<>());
    }

    /** The run of that name, if it has not ended. */
    @Nullable
    Begun open(String run) {
        return open.get(run);
    }

    List<Begun> open() {
        return open.values().stream()
                .sorted((a, b) -> Long.compare(a.entry().seq(), b.entry().seq()))
                .toList();
    }

    /** The names of runs that have not ended. */
    List<String> runs() {
        List<String> runs = new ArrayList<>(open.keySet());
        runs.addAll(unknownRuns);
        return runs.stream().sorted().toList();
    }

    /** What the entries have against each other. */
    List<Violation> violations() {
        return violations;
    }
}
