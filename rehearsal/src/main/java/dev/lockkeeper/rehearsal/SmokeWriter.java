package dev.lockkeeper.rehearsal;

import dev.lockkeeper.catalog.Difference;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.report.Json;
import dev.lockkeeper.report.ProblemText;
import dev.lockkeeper.report.Style;
import dev.lockkeeper.rows.RowProof;
import dev.lockkeeper.source.Checksum;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A smoke report as text and as JSON. */
public final class SmokeWriter {
    /** The name and version of the JSON form. */
    public static final String SCHEMA = "lockkeeper/smoke/v1";

    /** Kinds of what is said about an object. */
    private static final Set<String> ABOUT = Set.of("comment", "security label", "initial privileges");

    private static final int LONG = 150;
    private static final int LONGEST_FIX = 500;

    private final Style style;
    private final int components;

    /**
     * @param components those whose migrations will be told; with several of them each line names its own
     */
    public SmokeWriter(Style style, List<String> components) {
        this.style = style;
        this.components = components.size() == 1
                ? 0
                : components.stream().mapToInt(String::length).max().orElse(0);
    }

    /** One migration: a line, and below it what differs or failed. */
    public List<String> text(MigrationProof proof) {
        List<String> lines = new ArrayList<>();
        String reapply = proof.reapply() == null ? "-" : proof.reapply().key();
        String manner = proof.statementByStatement() ? style.faint("  (statement by statement)") : "";
        String component = components == 0 ? "" : Style.pad(proof.component(), components) + "  ";
        lines.add("  " + mark(proof.proven()) + " " + component + Style.pad(proof.version(), 4) + "  "
                + Style.pad(proof.verdict().key(), 12) + "  reapply " + Style.pad(reapply, 7) + "  "
                + Style.printable(proof.description()) + manner);
        details(lines, proof.differences(), proof.error());
        if (proof.rows() != null) {
            lines.addAll(new RowProofWriter(style).text(proof.rows()));
        }
        return lines;
    }

    /** The whole histories and the sum of it all. */
    public List<String> summary(SmokeReport report) {
        List<String> lines = new ArrayList<>();
        for (RepeatProof script : report.repeatables()) {
            lines.add("  " + mark(script.proven()) + " "
                    + (components == 0 ? "" : Style.pad(script.component(), components) + "  ")
                    + (script.name().equals(RepeatProof.ALL)
                            ? "a rollback fails while the repeatable scripts are in force"
                            : Style.line(script.name()) + "  " + script.key()));
            details(lines, script.differences(), script.error());
        }
        for (ChainProof chain : report.chains()) {
            String up = chain.up() == null ? "not tried" : chain.up().key();
            String at = chain.stoppedAt() == null ? "" : " at version " + chain.stoppedAt();
            lines.add("  " + mark(chain.proven()) + " whole history of " + chain.component() + " down: "
                    + chain.down().key() + (chain.up() == null ? at : "") + ", up again: " + up
                    + (chain.up() == null ? "" : at));
            details(lines, chain.differences(), chain.error());
            if (chain.toldBefore() > 0 && chain.differences().isEmpty() && chain.error() == null) {
                lines.add(style.faint("      for the reason told above"));
            }
        }
        lines.addAll(new RowProofWriter(style).unfilled(report));
        Problem stopped = report.stopped();
        if (stopped != null) {
            lines.addAll(new ProblemText(style).error(stopped).lines().toList());
        }
        lines.add(sum(report));
        return lines;
    }

    private String sum(SmokeReport report) {
        String on = " on PostgreSQL " + report.serverVersion() + ": ";
        int all = report.migrations().size();
        if (report.proven()) {
            return all == 0
                    ? "Nothing to prove" + on + "there is no migration."
                    : style.good("Proven" + on)
                            + (all == 1 ? "the rollback restores" : "all " + all + " rollbacks restore")
                            + " the exact schema, and every reapply gives the same result."
                            + RowProofWriter.kept(report);
        }
        List<String> parts = new ArrayList<>();
        long without = report.migrations().stream()
                .filter(proof -> proof.verdict() == Verdict.NO_DOWN)
                .count();
        if (all > without) {
            parts.add(rollbacks(
                    report.migrations().stream()
                            .filter(MigrationProof::schemaProven)
                            .count(),
                    all - without));
        }
        if (without > 0) {
            parts.add(
                    without == all
                            ? "no migration has a down script"
                            : without == 1
                                    ? "one migration has no down script"
                                    : without + " migrations have no down script");
        }
        parts.addAll(RowProofWriter.faults(report));
        long scripts = report.repeatables().stream()
                .filter(r -> !r.proven() && !r.name().equals(RepeatProof.ALL))
                .count();
        if (scripts > 0) {
            parts.add(
                    scripts == 1
                            ? "one repeatable script does not bear a second run"
                            : scripts + " repeatable scripts do not bear a second run");
        }
        if (report.repeatables().stream().anyMatch(r -> !r.proven() && r.name().equals(RepeatProof.ALL))) {
            parts.add("a rollback fails while the repeatable scripts are in force");
        }
        if (report.migrations().stream().allMatch(MigrationProof::proven)
                && !report.chains().stream().allMatch(ChainProof::proven)) {
            parts.add("the whole history does not go down and up again");
        }
        if (report.stopped() != null) {
            parts.add("the run stopped at a script that fails");
        }
        return style.bad("Not proven" + on) + String.join("; ", parts) + ".";
    }

    private static String rollbacks(long proven, long all) {
        if (all == 1) {
            return proven == 1
                    ? "the only rollback restores the exact schema and reapplies"
                    : "the only rollback does not restore the exact schema and reapply";
        }
        return (proven == all ? "all " + all : proven + " of " + all) + " rollbacks "
                + (proven == 1 ? "restores the exact schema and reapplies" : "restore the exact schema and reapply");
    }

    private void details(List<String> lines, List<Difference> differences, @Nullable Problem error) {
        differences.forEach(d -> difference(lines, d));
        if (error != null) {
            new ProblemText(style).error(error).lines().forEach(line -> lines.add("      " + line));
        }
    }

    private void difference(List<String> lines, Difference d) {
        String what = "      " + style.notable(d.kind()) + (ABOUT.contains(d.kind()) ? " on " : " ")
                + Style.printable(d.object()).replace("\n", "\\n");
        if (isLong(d.before()) || isLong(d.after())) {
            lines.add(what);
            side(lines, "- ", d.before());
            side(lines, "+ ", d.after());
        } else {
            lines.add(what + ": " + value(d.before()) + style.faint(" → ") + value(d.after()));
        }
        if (d.fix() != null) {
            lines.add("        missing in the down script: " + value(cut(d.fix())));
        }
    }

    private static boolean isLong(@Nullable String text) {
        return text != null && (text.isEmpty() || text.indexOf('\n') >= 0 || text.length() > LONG);
    }

    private static void side(List<String> lines, String sign, @Nullable String text) {
        (text == null ? "(absent)" : text)
                .lines()
                .forEach(line -> lines.add("        " + sign + Style.printable(line)));
    }

    private static String cut(String text) {
        return text.length() <= LONGEST_FIX ? text : text.substring(0, LONGEST_FIX) + "…";
    }

    private static String value(@Nullable String text) {
        return text == null ? "absent" : Style.printable(text.replaceAll("\\s*\\n\\s*", " "));
    }

    private String mark(boolean good) {
        return good ? style.good("✓") : style.bad("!");
    }

    /** The fields of the JSON form. */
    public static void json(Json json, SmokeReport report) {
        json.put("serverVersion", report.serverVersion());
        json.array("migrations", report.migrations(), SmokeWriter::migration);
        json.array("repeatables", report.repeatables(), SmokeWriter::repeatable);
        json.object("chain", () -> {
            json.put("down", worstDown(report.chains())).put("up", worstUp(report.chains()));
            json.array("components", report.chains(), SmokeWriter::chain);
        });
        json.problem("error", report.stopped());
        json.object("summary", () -> {
            json.put("proven", report.proven())
                    .put("migrations", report.migrations().size());
            for (Verdict verdict : Verdict.values()) {
                json.put(
                        verdict.key(),
                        report.migrations().stream()
                                .filter(m -> m.verdict() == verdict)
                                .count());
            }
            for (Reapply reapply : Reapply.values()) {
                json.put(
                        "reapply-" + reapply.key(),
                        report.migrations().stream()
                                .filter(m -> m.reapply() == reapply)
                                .count());
            }
            json.put("loses", RowProofWriter.count(report, rows -> !rows.keeps()))
                    .put("refused", RowProofWriter.count(report, rows -> rows.refused() != null && !rows.guarded()));
        });
    }

    private static void migration(Json json, MigrationProof proof) {
        Checksum down = proof.down();
        json.put("component", proof.component())
                .put("version", proof.version())
                .put("description", proof.description())
                .put("checksum", proof.up().value())
                .put("downChecksum", down == null ? null : down.value())
                .put("verdict", proof.verdict().key())
                .put("reapply", proof.reapply() == null ? null : proof.reapply().key())
                .put("statementByStatement", proof.statementByStatement())
                .array("differences", proof.differences(), SmokeWriter::jsonDifference)
                .problem("error", proof.error());
        RowProof rows = proof.rows();
        if (rows == null) {
            json.put("rows", (String) null);
        } else {
            json.object("rows", () -> RowProofWriter.json(json, rows));
        }
    }

    private static void repeatable(Json json, RepeatProof proof) {
        json.put("component", proof.component())
                .put("name", proof.name())
                .put("verdict", proof.key())
                .array("differences", proof.differences(), SmokeWriter::jsonDifference)
                .problem("error", proof.error());
    }

    private static void chain(Json json, ChainProof chain) {
        json.put("component", chain.component())
                .put("down", chain.down().key())
                .put("up", chain.up() == null ? null : chain.up().key())
                .put("stoppedAt", chain.stoppedAt())
                .array("differences", chain.differences(), SmokeWriter::jsonDifference)
                .put("toldBefore", chain.toldBefore())
                .problem("error", chain.error());
    }

    private static void jsonDifference(Json json, Difference difference) {
        json.put("object", difference.object())
                .put("kind", difference.kind())
                .put("before", difference.before())
                .put("after", difference.after())
                .put("fix", difference.fix());
    }

    /** One word for several histories: the first that is not as it should be. */
    private static @Nullable String worstDown(List<ChainProof> chains) {
        return chains.stream()
                .map(ChainProof::down)
                .filter(v -> v != Verdict.RESTORES)
                .findFirst()
                .map(Verdict::key)
                .orElse(chains.isEmpty() ? null : Verdict.RESTORES.key());
    }

    private static @Nullable String worstUp(List<ChainProof> chains) {
        for (ChainProof chain : chains) {
            if (chain.up() != Reapply.OK) {
                return chain.up() == null ? null : chain.up().key();
            }
        }
        return chains.isEmpty() ? null : Reapply.OK.key();
    }
}
