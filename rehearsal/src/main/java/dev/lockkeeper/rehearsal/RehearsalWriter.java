package dev.lockkeeper.rehearsal;

import dev.lockkeeper.observation.ChangedRows;
import dev.lockkeeper.observation.Effect;
import dev.lockkeeper.observation.Lock;
import dev.lockkeeper.observation.LockMode;
import dev.lockkeeper.observation.Observation;
import dev.lockkeeper.observation.Rewrite;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.problem.Secrets;
import dev.lockkeeper.report.Json;
import dev.lockkeeper.report.ProblemText;
import dev.lockkeeper.report.Style;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** A rehearsal as text and as JSON. */
public final class RehearsalWriter {
    /** The name and version of the JSON form. */
    public static final String SCHEMA = "lockkeeper/rehearsal/v1";

    private static final int LONGEST = 100;
    private static final int MOST = 8;
    private static final String INDENT = "        ";

    private final Style style;
    private final boolean several;

    /** @param several whether migrations of several components will be told */
    public RehearsalWriter(Style style, boolean several) {
        this.style = style;
        this.several = several;
    }

    /** One migration: a line, and below it what its statements did. */
    public List<String> text(RehearsedMigration migration) {
        List<String> lines = new ArrayList<>();
        lines.add("  " + style.strong((several ? migration.component() + " " : "") + migration.version()) + "  "
                + Style.printable(migration.description())
                + style.faint(migration.statementByStatement() ? "  (statement by statement)" : "  (one transaction)"));
        for (Observation one : migration.statements()) {
            lines.add("    " + one.place() + "  " + style.faint(excerpt(sql(one))));
            lines.addAll(facts(one));
        }
        lines.addAll(held(migration));
        return lines;
    }

    private List<String> facts(Observation one) {
        List<String> lines = new ArrayList<>();
        one.locks().stream()
                .filter(RehearsalWriter::isTold)
                .forEach(lock -> lines.add(fact("locks", lock.relation() + " " + strength(lock.mode()))));
        tables(one.rewrites(), r -> !r.emptied(), "rewrites", lines);
        tables(one.rewrites(), Rewrite::emptied, "empties", lines);
        one.scans()
                .forEach(scan -> lines.add(
                        fact("scans", scan.relation() + (scan.passes() == 1 ? "" : ", " + scan.passes() + " times"))));
        one.rows().forEach(rows -> lines.add(fact("rows", rows(rows))));
        effects(one.effects(), lines);
        one.notes().forEach(note -> lines.add(fact("not seen", note)));
        if (lines.isEmpty()) {
            lines.add(INDENT + style.faint("nothing that others notice"));
        }
        return lines;
    }

    /** One line for each change and type of object. */
    private static void effects(List<Effect> effects, List<String> lines) {
        Map<String, List<String>> groups = new LinkedHashMap<>();
        for (Effect effect : effects) {
            groups.computeIfAbsent(Style.pad(effect.change().key(), 9) + effect.type(), key -> new ArrayList<>())
                    .add(Style.line(effect.object())
                            + (effect.before() == null ? "" : ", before " + Style.line(effect.before())));
        }
        groups.forEach((group, objects) -> lines.add(INDENT + group + " "
                + objects.stream().limit(MOST).collect(Collectors.joining("; "))
                + (objects.size() > MOST ? " and " + (objects.size() - MOST) + " more" : "")));
    }

    private static boolean isTold(Lock lock) {
        return !lock.isOnIndex() && lock.mode().compareTo(LockMode.SHARE_UPDATE_EXCLUSIVE) >= 0;
    }

    private String strength(LockMode mode) {
        String who = mode.blocksReads() ? " (reads and writes wait)" : mode.blocksWrites() ? " (writes wait)" : "";
        return (mode.blocksReads() ? style.bad(mode.sql()) : mode.sql()) + who;
    }

    private void tables(List<Rewrite> all, Predicate<Rewrite> which, String word, List<String> lines) {
        List<Rewrite> chosen = all.stream().filter(which).toList();
        long indexes = chosen.stream().filter(Rewrite::isIndex).count();
        String tables = chosen.stream()
                .filter(r -> !r.isIndex())
                .map(r -> Style.line(r.relation()))
                .collect(Collectors.joining(", "));
        String rest = indexes == 0 ? "" : indexes == 1 ? "1 index" : indexes + " indexes";
        if (!chosen.isEmpty()) {
            lines.add(fact(word, tables + (tables.isEmpty() || rest.isEmpty() ? "" : " and ") + rest));
        }
    }

    private static String rows(ChangedRows rows) {
        List<String> parts = new ArrayList<>();
        if (rows.inserted() > 0) {
            parts.add(rows.inserted() + " inserted");
        }
        if (rows.updated() > 0) {
            parts.add(rows.updated() + " updated");
        }
        if (rows.deleted() > 0) {
            parts.add(rows.deleted() + " deleted");
        }
        return Style.line(rows.relation()) + " " + String.join(", ", parts);
    }

    private static String fact(String word, String text) {
        return INDENT + Style.pad(word, 9) + text;
    }

    /** Which strong locks others wait for while more statements run. */
    private List<String> held(RehearsedMigration migration) {
        List<Observation> statements = migration.statements();
        List<String> lines = new ArrayList<>();
        for (int i = 0; !migration.statementByStatement() && i < statements.size() - 1; i++) {
            int more = statements.size() - 1 - i;
            int line = statements.get(i).place().line();
            statements.get(i).locks().stream()
                    .filter(lock -> isTold(lock) && lock.mode().blocksWrites())
                    .forEach(lock -> lines.add("    held to the end: " + lock.relation() + " "
                            + lock.mode().sql() + " from line " + line + ", while "
                            + (more == 1 ? "1 more statement runs" : more + " more statements run")));
        }
        return lines;
    }

    /** The statement for people and programs, without the passwords in it. */
    private static String sql(Observation one) {
        return String.valueOf(Secrets.masked(one.statement().sql()));
    }

    private static String excerpt(String sql) {
        String line = Style.line(sql.strip().replaceAll("\\s+", " "));
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST - 4) + " ...";
    }

    /** The end, where nothing is known of how large tables are. */
    public List<String> summary(RehearsalReport report) {
        return summary(report, ", and how long anything takes on your tables");
    }

    /** The end, after a forecast. */
    public List<String> forecastSummary(RehearsalReport report) {
        return summary(report, "");
    }

    private List<String> summary(RehearsalReport report, String unseen) {
        List<String> lines = new ArrayList<>();
        report.unfilled()
                .forEach(one ->
                        lines.add("  no rows for " + Style.printable(one.table()) + ": " + Style.printable(one.why())));
        Problem stopped = report.stopped();
        if (stopped != null) {
            lines.addAll(new ProblemText(style).error(stopped).lines().toList());
        }
        int count = report.migrations().size();
        long statements = report.migrations().stream()
                .mapToLong(m -> m.statements().size())
                .sum();
        lines.add("Rehearsed on PostgreSQL " + report.serverVersion() + ": "
                + (count == 1 ? "1 migration, " : count + " migrations, ")
                + (statements == 1 ? "1 statement." : statements + " statements."));
        lines.add(style.faint(
                "Not seen: what depends on rows that are not here (--data FILE and --rows generated bring some)"
                        + unseen + "."));
        return lines;
    }

    public static void json(Json json, RehearsalReport report) {
        json.put("serverVersion", report.serverVersion())
                .array("migrations", report.migrations(), RehearsalWriter::migration)
                .array(
                        "unfilled",
                        report.unfilled(),
                        (item, one) -> item.put("table", one.table()).put("why", one.why()))
                .problem("error", report.stopped());
    }

    private static void migration(Json json, RehearsedMigration migration) {
        json.put("component", migration.component())
                .put("version", migration.version())
                .put("description", migration.description())
                .put("file", migration.file())
                .put("checksum", migration.checksum().value())
                .put("renderedChecksum", migration.rendered().value())
                .put("statementByStatement", migration.statementByStatement())
                .put("rows", migration.rows())
                .array("statements", migration.statements(), RehearsalWriter::statement);
    }

    private static void statement(Json json, Observation one) {
        json.put("ordinal", one.statement().ordinal())
                .put("file", one.place().file())
                .put("line", one.place().line())
                .put("column", one.place().column())
                .put("sql", sql(one))
                .put("transactional", one.isTransactional())
                .array(
                        "locks",
                        one.locks(),
                        (j, lock) -> j.put("relation", lock.relation())
                                .put("index", lock.isOnIndex())
                                .put("mode", lock.mode().sql()))
                .array(
                        "rewrites",
                        one.rewrites(),
                        (j, rewrite) -> j.put("relation", rewrite.relation())
                                .put("index", rewrite.isIndex())
                                .put("emptied", rewrite.emptied()))
                .array(
                        "scans",
                        one.scans(),
                        (j, scan) -> j.put("relation", scan.relation()).put("passes", scan.passes()))
                .array(
                        "rows",
                        one.rows(),
                        (j, rows) -> j.put("relation", rows.relation())
                                .put("inserted", rows.inserted())
                                .put("updated", rows.updated())
                                .put("deleted", rows.deleted()))
                .array(
                        "effects",
                        one.effects(),
                        (j, effect) -> j.put("change", effect.change().key())
                                .put("type", effect.type())
                                .put("object", effect.object())
                                .put("before", effect.before())
                                .put("existed", effect.old()))
                .texts("notes", one.notes());
    }
}
