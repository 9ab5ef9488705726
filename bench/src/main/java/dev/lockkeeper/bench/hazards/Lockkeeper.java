package dev.lockkeeper.bench.hazards;

import dev.lockkeeper.check.Finding;
import dev.lockkeeper.check.Judge;
import dev.lockkeeper.check.Lint;
import dev.lockkeeper.check.LintReport;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.Rules;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.RuleSettings;
import dev.lockkeeper.rehearsal.Course;
import dev.lockkeeper.rehearsal.Databases;
import dev.lockkeeper.rehearsal.PlanRehearsal;
import dev.lockkeeper.source.Migration;
import dev.lockkeeper.source.Script;
import dev.lockkeeper.source.Version;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Our own lint.
 *
 * @param server to rehearse on, of which every new database holds the shop; null to judge by the text alone
 */
record Lockkeeper(@Nullable EmbeddedPostgres server) implements Linter {
    private static final LocalDate TODAY = LocalDate.of(2026, 1, 1);

    @Override
    public String name() {
        return server == null ? "lockkeeper lint --text" : "lockkeeper lint";
    }

    @Override
    public boolean covers(Case one) {
        return true;
    }

    /** A project that asks for the rules of taste too. */
    private static RuleSettings everything() {
        Map<String, RuleSettings.Setting> levels = new HashMap<>();
        Rules.all().stream()
                .filter(Rule::isOptional)
                .map(Rule::text)
                .forEach(text -> levels.put(
                        text.id(), new RuleSettings.Setting(text.severity().key(), Place.of("bench"))));
        return new RuleSettings(levels, Map.of());
    }

    @Override
    public Set<String> findings(Case one, Side side) {
        Set<String> ids = new TreeSet<>();
        // one for each, because several threads may ask
        try (@Nullable Databases databases = server == null ? null : Databases.of(server)) {
            Lint lint = new Lint(new Judge(Rules.all(), everything(), TODAY));
            LintReport report = databases == null
                    ? lint.text(courses(one, side))
                    : lint.rehearsed(
                            new PlanRehearsal(databases, List.of(), List.of()), courses(one, side), seen -> {});
            report.findings().stream().map(Finding::rule).forEach(ids::add);
            report.problems().forEach(problem -> ids.addAll(refused(problem)));
        } catch (LockkeeperException e) {
            e.problems().forEach(problem -> ids.addAll(refused(problem)));
        }
        return ids;
    }

    /** The rules for which a problem speaks: what is refused outright cannot be judged, and the problem tells of it. */
    private static Set<String> refused(Problem problem) {
        Set<String> names = new TreeSet<>(List.of(problem.code().slug()));
        if (problem.server() != null) {
            names.add(problem.server().sqlState());
        }
        Set<String> found = new TreeSet<>(names);
        for (Rule rule : Rules.all()) {
            if (!Collections.disjoint(rule.refusals(), names)) {
                found.add(rule.text().id());
            }
        }
        return found;
    }

    private static List<Course> courses(Case one, Side side) {
        List<Migration> before = one.before().isEmpty() ? List.of() : List.of(migration(1, one.before()));
        List<Migration> observed = new ArrayList<>();
        for (String script : side.of(one)) {
            observed.add(migration(2 + observed.size(), script));
        }
        return List.of(new Course("main", before, observed));
    }

    private static Migration migration(int number, String script) {
        return new Migration(
                Version.parse(Integer.toString(number)).orElseThrow(),
                "step",
                Script.of("V" + number + "__step.sql", script),
                null);
    }
}
