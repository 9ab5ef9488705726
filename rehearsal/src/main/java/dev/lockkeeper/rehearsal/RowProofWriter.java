package dev.lockkeeper.rehearsal;

import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.report.Json;
import dev.lockkeeper.report.ProblemText;
import dev.lockkeeper.report.Style;
import dev.lockkeeper.rows.Fate;
import dev.lockkeeper.rows.RowLoss;
import dev.lockkeeper.rows.RowProof;
import dev.lockkeeper.rows.Unfilled;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What a smoke report says of rows, as text and as JSON. */
final class RowProofWriter {
    /** Tables without a row that are told one by one. */
    private static final int TOLD = 20;

    private final Style style;

    RowProofWriter(Style style) {
        this.style = style;
    }

    /** Below the line of a migration. */
    List<String> text(RowProof proof) {
        List<String> lines = new ArrayList<>();
        for (RowLoss loss : proof.losses()) {
            String sentence = Style.printable(loss.sentence());
            if (loss.accepted() == null) {
                lines.add("      " + style.notable(loss.fate() == Fate.ROWS_LEFT ? "left" : "lost") + " " + sentence);
                lines.add(style.faint("        to accept it: -- lockkeeper:accept-loss "
                        + Style.printable(loss.spelled()) + ": REASON"));
            } else {
                lines.add(style.faint("      accepted loss " + sentence + ": " + Style.printable(loss.accepted())));
            }
        }
        problem(
                lines,
                proof.guarded()
                        ? "a check of the up script stands against rows that it would refuse"
                        : "the up script fails when rows exist",
                proof.refused());
        problem(lines, "the down script fails when rows exist", proof.down());
        problem(lines, "the up script fails when rows exist, after the down script", proof.again());
        proof.unneeded().forEach(problem -> told(lines, new ProblemText(style).warning(problem)));
        return lines;
    }

    private void problem(List<String> lines, String what, @Nullable Problem problem) {
        if (problem != null) {
            lines.add("      " + style.notable(what));
            told(lines, new ProblemText(style).error(problem));
        }
    }

    private static void told(List<String> lines, String text) {
        text.lines().forEach(line -> lines.add("      " + line));
    }

    /** Tables without rows, each once, with the versions before which it had none. */
    List<String> unfilled(SmokeReport report) {
        Map<String, Unfilled> first = new LinkedHashMap<>();
        Map<String, List<String>> versions = new LinkedHashMap<>();
        for (MigrationProof proof : report.migrations()) {
            if (proof.rows() != null) {
                for (Unfilled one : proof.rows().unfilled()) {
                    first.putIfAbsent(one.table(), one);
                    versions.computeIfAbsent(one.table(), key -> new ArrayList<>())
                            .add(proof.version());
                }
            }
        }
        List<String> lines = new ArrayList<>();
        first.forEach((table, one) -> {
            List<String> before = versions.getOrDefault(table, List.of());
            if (lines.size() < TOLD) {
                lines.add("  no rows for " + Style.printable(one.table()) + " before version " + before.get(0)
                        + (before.size() == 1 ? "" : " and " + (before.size() - 1) + " more") + ": "
                        + Style.printable(one.why()));
            }
        });
        if (first.size() > TOLD) {
            lines.add("  and for " + (first.size() - TOLD) + " more");
        }
        return lines;
    }

    /** How a proof with rows ends; empty when there were none. */
    static String kept(SmokeReport report) {
        long accepted = report.migrations().stream()
                .map(MigrationProof::rows)
                .filter(Objects::nonNull)
                .flatMap(rows -> rows.losses().stream())
                .count();
        boolean any = report.migrations().stream()
                .map(MigrationProof::rows)
                .anyMatch(rows -> rows != null && rows.rows() > 0);
        return !any
                ? ""
                : accepted == 0
                        ? " No row is lost."
                        : " What rows are lost is accepted: " + (accepted == 1 ? "one loss." : accepted + " losses.");
    }

    /** What is not proven of rows, in words. */
    static List<String> faults(SmokeReport report) {
        List<String> parts = new ArrayList<>();
        add(
                parts,
                count(report, rows -> !rows.keeps()),
                "one rollback does not bring back the rows",
                "rollbacks do not bring back the rows");
        add(
                parts,
                count(report, rows -> rows.refused() != null && !rows.guarded()),
                "one up script fails when rows exist",
                "up scripts fail when rows exist");
        add(
                parts,
                count(report, rows -> rows.down() != null),
                "one down script fails when rows exist",
                "down scripts fail when rows exist");
        add(
                parts,
                count(report, rows -> rows.again() != null),
                "one reapply fails when rows exist",
                "reapplies fail when rows exist");
        return parts;
    }

    private static void add(List<String> parts, long count, String one, String many) {
        if (count > 0) {
            parts.add(count == 1 ? one : count + " " + many);
        }
    }

    static long count(SmokeReport report, Predicate<RowProof> what) {
        return report.migrations().stream()
                .map(MigrationProof::rows)
                .filter(rows -> rows != null && what.test(rows))
                .count();
    }

    /** The fields of one migration. */
    static void json(Json json, RowProof proof) {
        json.put("proof", proof.key())
                .put("before", proof.rows())
                .array("losses", proof.losses(), RowProofWriter::loss)
                .problem("upFails", proof.refused())
                .put("guarded", proof.guarded())
                .problem("downFails", proof.down())
                .problem("reapplyFails", proof.again())
                .array(
                        "unfilled",
                        proof.unfilled(),
                        (item, one) -> item.put("table", one.table()).put("why", one.why()));
        json.array(
                "unneeded",
                proof.unneeded(),
                (item, problem) -> item.put("message", problem.message())
                        .put(
                                "file",
                                problem.place() == null ? null : problem.place().file())
                        .put(
                                "line",
                                problem.place() == null ? 0 : problem.place().line()));
    }

    private static void loss(Json json, RowLoss loss) {
        json.put("object", loss.spelled())
                .put("fate", loss.fate().key())
                .put("lost", loss.lost())
                .put("of", loss.of())
                .put("example", loss.example())
                .put("accepted", loss.accepted());
    }
}
