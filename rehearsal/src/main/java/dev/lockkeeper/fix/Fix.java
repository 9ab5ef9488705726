package dev.lockkeeper.fix;

import dev.lockkeeper.check.Finding;
import dev.lockkeeper.check.Judge;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.rehearsal.Course;
import dev.lockkeeper.rehearsal.Databases;
import dev.lockkeeper.rehearsal.PlanRehearsal;
import dev.lockkeeper.rehearsal.RehearsalReport;
import dev.lockkeeper.rehearsal.RehearsedMigration;
import dev.lockkeeper.source.Migration;
import dev.lockkeeper.source.Script;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Finds what has a safer way, writes it down, and proves that both ways end alike. Writes no file. */
public final class Fix {
    private static final String LOCKS = "LK";

    private final Databases databases;
    private final List<Script> prelude;
    private final List<Script> data;
    private final Judge judge;
    private final Clock clock;

    /**
     * @param databases where to try it
     * @param prelude set-up SQL that a history takes for granted
     * @param data SQL that brings rows before what is looked at
     * @param clock of the times in a list of migrations
     */
    public Fix(Databases databases, List<Script> prelude, List<Script> data, Judge judge, Clock clock) {
        this.databases = databases;
        this.prelude = List.copyOf(prelude);
        this.data = List.copyOf(data);
        this.judge = judge;
        this.clock = clock;
    }

    /**
     * Looks at components one after the other; the first that cannot be carried out, or whose safer way is not proven, ends it.
     *
     * @param chosen the places that may change
     * @param project its name, for a list of migrations
     * @param told what happens now
     * @throws dev.lockkeeper.problem.LockkeeperException {@code rule-unknown}, {@code file-unreadable}
     */
    public FixReport run(List<Work> works, Predicate<Place> chosen, String project, Consumer<String> told) {
        List<Fixed> fixed = new ArrayList<>();
        List<Left> left = new ArrayList<>();
        List<EditedFile> files = new ArrayList<>();
        for (Work work : works) {
            told.accept("looking for what others wait for ...");
            List<Rehearsed> seen = new ArrayList<>();
            List<Finding> all = new ArrayList<>();
            Problem stopped = rehearse(work.course(), seen);
            if (stopped != null) {
                return new FixReport(databases.version(), fixed, left, files, stopped);
            }
            seen.forEach(one -> all.addAll(judge.judge(work.course().component(), one)));
            List<Finding> findings = all.stream()
                    .filter(one -> one.rule().startsWith(LOCKS) && one.suppressed() == null && chosen.test(one.place()))
                    .toList();
            List<Fixed> here = new ArrayList<>();
            List<EditedFile> edited = edit(work, seen, findings, project, here, left);
            if (!edited.isEmpty()) {
                told.accept("proving that both ways end alike ...");
                Problem problem = new FixProof(databases, prelude, data, judge).of(work, edited, all, here);
                fixed.addAll(here);
                files.addAll(edited);
                if (problem != null) {
                    return new FixReport(databases.version(), fixed, left, files, problem);
                }
            }
        }
        return new FixReport(databases.version(), fixed, left, files, null);
    }

    private @Nullable Problem rehearse(Course course, List<Rehearsed> seen) {
        RehearsalReport report = new PlanRehearsal(databases, prelude, data).run(List.of(course), one -> {});
        for (int i = 0; report.stopped() == null && i < report.migrations().size(); i++) {
            seen.add(Rehearsed.of(course.observed().get(i), report.migrations().get(i)));
        }
        return report.stopped();
    }

    private List<EditedFile> edit(
            Work work,
            List<Rehearsed> seen,
            List<Finding> findings,
            String project,
            List<Fixed> fixed,
            List<Left> left) {
        Map<Migration, List<Finding>> mechanical = new LinkedHashMap<>();
        List<Finding> others = new ArrayList<>();
        for (Finding finding : findings) {
            if (MigrationFix.RULES.contains(finding.rule()) || finding.rule().equals(MigrationFix.ORDER)) {
                seen.stream()
                        .map(Rehearsed::migration)
                        .filter(one -> one.version().toString().equals(finding.version()))
                        .forEach(one -> mechanical
                                .computeIfAbsent(one, key -> new ArrayList<>())
                                .add(finding));
            } else {
                others.add(finding);
            }
        }
        Map<Migration, Rehearsed> downs = downs(work.course(), mechanical.keySet());
        Followers followers = new Followers(work.migrations(), project, clock);
        Map<Path, EditedFile> edited = new LinkedHashMap<>();
        for (Rehearsed one : seen) {
            Migration migration = one.migration();
            List<Finding> here = mechanical.get(migration);
            if (here == null) {
                continue;
            }
            MigrationFix.Outcome outcome =
                    new MigrationFix(one, work.migrations().convention()).of(here, downs.get(migration));
            left.addAll(outcome.left());
            String file = migration.up().file();
            List<EditedFile> all = new ArrayList<>(outcome.files());
            if (outcome.follower() != null) {
                List<EditedFile> made = followers.files(migration, outcome.follower());
                all.addAll(made);
                file = made.get(0).name();
            }
            for (Finding finding : outcome.mended()) {
                fixed.add(new Fixed(finding, file));
            }
            all.forEach(change -> edited.merge(change.path(), change, EditedFile::and));
        }
        // a statement that is written anew is judged anew
        others.stream()
                .filter(other ->
                        fixed.stream().noneMatch(one -> one.finding().place().equals(other.place())))
                .forEach(other -> left.add(new Left(other, "what to do instead depends on more than the statement")));
        return List.copyOf(edited.values());
    }

    /** What the down scripts of some migrations do, as far as they run. */
    private Map<Migration, Rehearsed> downs(Course course, Set<Migration> migrations) {
        Set<Migration> failing = new HashSet<>();
        Map<Migration, Rehearsed> downs = new HashMap<>();
        boolean again = true;
        while (again) {
            List<Migration> way = new ArrayList<>();
            Map<Integer, Migration> at = new HashMap<>();
            for (Migration migration : course.observed()) {
                Script down = migration.down();
                way.add(migration);
                if (down != null && migrations.contains(migration) && !failing.contains(migration)) {
                    at.put(way.size(), migration);
                    way.add(new Migration(migration.version(), migration.description(), down, null));
                    way.add(migration);
                }
            }
            again = false;
            if (!at.isEmpty()) {
                RehearsalReport report = new PlanRehearsal(databases, prelude, data)
                        .run(List.of(new Course(course.component(), course.before(), way)), one -> {});
                List<RehearsedMigration> seen = report.migrations();
                int whole = report.stopped() == null ? seen.size() : seen.size() - 1;
                at.forEach((index, migration) -> {
                    if (index < whole) {
                        downs.put(migration, Rehearsed.of(way.get(index), seen.get(index)));
                    }
                });
                if (report.stopped() != null) {
                    // the one that failed is the last that was seen: a down script, or its up script after it
                    Migration failed = at.containsKey(whole) ? at.get(whole) : at.get(whole - 1);
                    again = failed != null && failing.add(failed);
                }
            }
        }
        return downs;
    }
}
