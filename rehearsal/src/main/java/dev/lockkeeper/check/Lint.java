package dev.lockkeeper.check;

import dev.lockkeeper.observation.Observation;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.rehearsal.Course;
import dev.lockkeeper.rehearsal.PlanRehearsal;
import dev.lockkeeper.rehearsal.RehearsalReport;
import dev.lockkeeper.rehearsal.RehearsedMigration;
import dev.lockkeeper.source.Migration;
import dev.lockkeeper.source.Script;
import dev.lockkeeper.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Judges the migrations of all components. */
public final class Lint {
    private final Judge judge;
    private final List<Finding> findings = new ArrayList<>();
    private final List<Unjudged> unjudged = new ArrayList<>();
    private long observed;
    private long byText;

    public Lint(Judge judge) {
        this.judge = judge;
    }

    /**
     * Judges them by their text.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException for text that cannot be split, and for a rule that does not exist
     */
    public LintReport text(List<Course> courses) {
        for (Course course : courses) {
            for (Item item : Item.of(course)) {
                text(course.component(), item);
            }
        }
        return new LintReport(null, scripts(courses), findings, observed, byText, unjudged, List.of());
    }

    private static List<Judged> scripts(List<Course> courses) {
        return courses.stream()
                .flatMap(course -> Item.of(course).stream().map(item -> Judged.of(course.component(), item)))
                .toList();
    }

    private void text(String component, Item item) {
        Written written = Written.of(item.migration());
        findings.addAll(judge.judge(component, item, written));
        byText += written.clauses().size();
    }

    /**
     * Judges them by what they do. Where a migration fails, its other statements and the migrations after it are judged by their
     * text.
     *
     * @param told how many migrations have been rehearsed
     */
    public LintReport rehearsed(PlanRehearsal rehearsal, List<Course> courses, Consumer<Integer> told) {
        Map<String, Map<String, Item>> all = new HashMap<>();
        courses.forEach(course -> all.put(
                course.component(), Item.of(course).stream().collect(Collectors.toMap(Item::name, item -> item))));
        Map<String, Set<String>> seen = new HashMap<>();
        RehearsalReport report = rehearsal.run(courses, one -> {
            @Nullable Item item = all.getOrDefault(one.component(), Map.of()).get(one.version());
            if (item != null) {
                Set<String> known = seen.computeIfAbsent(one.component(), key -> new HashSet<>());
                known.add(one.version());
                take(one, item);
                told.accept(seen.values().stream().mapToInt(Set::size).sum());
            }
        });
        for (Course course : courses) {
            for (Item item : Item.of(course)) {
                if (!seen.getOrDefault(course.component(), Set.of()).contains(item.name())) {
                    text(course.component(), item);
                }
            }
        }
        Problem stopped = report.stopped();
        return new LintReport(
                report.serverVersion(),
                scripts(courses),
                findings,
                observed,
                byText,
                unjudged,
                stopped == null ? List.of() : List.of(stopped));
    }

    private void take(RehearsedMigration one, Item item) {
        Migration migration = item.migration();
        findings.addAll(judge.judge(one.component(), item, Rehearsed.of(migration, one)));
        observed += one.statements().size();
        Set<Integer> there =
                one.statements().stream().map(Lint::ordinal).collect(Collectors.toCollection(HashSet::new));
        Script.Commands commands = migration.up().commands();
        Set<Integer> backfills = commands.directives().backfills().keySet();
        commands.forEach(statement -> {
            boolean own = statement.kind() == Statement.Kind.BEGIN || statement.kind() == Statement.Kind.COMMIT;
            if (!own && !there.contains(statement.ordinal())) {
                Place place = migration.up().place(statement.start());
                boolean batch = backfills.contains(statement.ordinal());
                unjudged.add(
                        new Unjudged(place, batch ? "a backfill has no rows to walk here" : "it was not carried out"));
            }
        });
    }

    private static int ordinal(Observation observation) {
        return observation.statement().ordinal();
    }
}
