package dev.lockkeeper.check;

import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.rehearsal.Course;
import dev.lockkeeper.rehearsal.Databases;
import dev.lockkeeper.rehearsal.PlanRehearsal;
import dev.lockkeeper.rehearsal.RehearsalReport;
import dev.lockkeeper.source.Migration;
import dev.lockkeeper.source.Script;
import dev.lockkeeper.source.Version;
import java.util.ArrayList;
import java.util.List;

/** Judges up scripts on a throw-away server. */
final class Bench implements AutoCloseable {
    private final EmbeddedPostgres server;
    private final Databases databases;

    Bench(int major) {
        server = EmbeddedPostgres.start(dev.lockkeeper.embedded.Options.version(major));
        databases = Databases.of(server);
    }

    /** What a rule finds in an up script, after another one has run. */
    static List<Finding> findings(Rule rule, Rehearsed migration) {
        List<Finding> found = new ArrayList<>();
        rule.observed(migration, (at, object, message) -> found.add(finding(rule, at, object, message)));
        return found;
    }

    /** What it finds in the text alone. */
    static List<Finding> textFindings(Rule rule, String sql) {
        return textFindings(rule, sql, null);
    }

    /** The same for a target of a version. */
    static List<Finding> textFindings(Rule rule, String sql, @org.jspecify.annotations.Nullable String target) {
        List<Finding> found = new ArrayList<>();
        rule.written(
                Written.of(migration("2", sql), target),
                (at, object, message) -> found.add(finding(rule, at, object, message)));
        return found;
    }

    private static Finding finding(
            Rule rule,
            dev.lockkeeper.problem.Place at,
            @org.jspecify.annotations.Nullable String object,
            String message) {
        RuleText text = rule.text();
        return new Finding(text.id(), text.severity(), "main", "2", at, object, message, text.safer(), null);
    }

    /** @throws dev.lockkeeper.problem.LockkeeperException when one of the scripts fails */
    Rehearsed rehearse(String before, String sql) {
        return rehearse(before, sql, null);
    }

    /** The same for a target of a version. */
    Rehearsed rehearse(String before, String sql, @org.jspecify.annotations.Nullable String target) {
        Migration migration = migration("2", sql);
        RehearsalReport report = new PlanRehearsal(databases, List.of(), List.of())
                .run(List.of(new Course("main", List.of(migration("1", before)), List.of(migration))), seen -> {});
        if (report.stopped() != null) {
            throw report.stopped().asException();
        }
        return Rehearsed.of(migration, report.migrations().get(0), target);
    }

    /** A first line {@code -- file NAME} names its file, and what follows a line {@code -- down} is its down script. */
    private static Migration migration(String version, String sql) {
        String[] scripts = sql.split("\n-- down\n", 2);
        String file = sql.startsWith("-- file ")
                ? sql.lines().findFirst().orElseThrow().substring(8)
                : "m" + version + ".sql";
        return new Migration(
                Version.parse(version).orElseThrow(),
                "m",
                Script.of(file, scripts[0]),
                scripts.length == 1 ? null : Script.of("down-of-" + file, scripts[1]));
    }

    @Override
    public void close() {
        databases.close();
        server.close();
    }
}
