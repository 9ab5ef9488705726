package dev.lockkeeper.plan;

import dev.lockkeeper.history.Direction;
import dev.lockkeeper.history.Entry;
import dev.lockkeeper.history.History;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Migration;
import dev.lockkeeper.source.Migrations;
import dev.lockkeeper.source.Script;
import dev.lockkeeper.source.Version;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Makes plans. Every reason against a plan is found before any is reported. */
public final class Planner {
    private final Migrations migrations;
    private final History history;
    private final Policy policy;

    public Planner(Migrations migrations, History history, Policy policy) {
        this.migrations = migrations;
        this.history = history;
        this.policy = policy;
    }

    /**
     * The plan for a request; empty when there is nothing to do.
     *
     * @param explain adds to the problem of an altered migration what was altered
     * @throws LockkeeperException with every reason why there can be no plan
     */
    public Plan plan(Request request, UnaryOperator<Problem> explain) {
        List<Problem> problems = new ArrayList<>();
        List<Step> steps =
                request.direction() == Direction.UP ? apply(request, problems, explain) : rollback(request, problems);
        if (!problems.isEmpty()) {
            throw new LockkeeperException(problems);
        }
        List<String> state = history.applied().stream()
                .map(e -> e.version() + " " + e.checksum())
                .toList();
        return Plan.of(migrations.component(), request.direction(), steps, state);
    }

    private List<Step> apply(Request request, List<Problem> problems, UnaryOperator<Problem> explain) {
        Version to = request.to();
        if (to != null && migrations.find(to).isEmpty()) {
            problems.add(unknown(to));
        }
        history.otherTool().filter(t -> !policy.ignoreOtherTool()).ifPresent(table -> problems.add(otherTool(table)));
        Status status = Status.of(migrations, history);
        List<Step> steps = new ArrayList<>();
        for (Status.Row row : status.rows()) {
            Migration migration = row.migration();
            if (migration == null) {
                problems.add(missing(row, status));
            } else if (row.state() == Status.State.ALTERED) {
                problems.add(explain.apply(altered(row, migration)));
            } else if (row.entry() == null && (to == null || row.version().compareTo(to) <= 0)) {
                if (row.state() == Status.State.OUT_OF_ORDER && !policy.outOfOrder()) {
                    problems.add(outOfOrder(migration));
                }
                if (migration.down() == null && policy.downsRequired()) {
                    problems.add(noDown(migration));
                }
                step(Direction.UP, migration, migration.up(), null, problems, steps);
            }
        }
        return steps;
    }

    private List<Step> rollback(Request request, List<Problem> problems) {
        List<Entry> newestFirst = new ArrayList<>(history.applied());
        newestFirst.sort(Comparator.comparing(Entry::version).reversed());
        Version to = request.to();
        Version none = Version.parse("0").orElseThrow();
        if (to != null && !to.equals(none) && history.find(to).isEmpty()) {
            problems.add(Problem.of(Code.VERSION_UNKNOWN, "version " + to + " is not applied")
                    .because("a rollback goes back to a version that stays applied")
                    .help("lockkeeper status lists the applied versions; 0 takes back everything"));
            return List.of();
        }
        List<Step> steps = new ArrayList<>();
        for (Entry entry : newestFirst) {
            boolean wanted = to == null
                    ? steps.size() < request.steps()
                    : entry.version().compareTo(to) > 0;
            if (!wanted || !problems.isEmpty()) {
                break;
            }
            Migration migration = migrations.find(entry.version()).orElse(null);
            Script down = migration == null ? null : migration.down();
            if (migration == null) {
                problems.add(
                        Problem.of(Code.MIGRATION_MISSING, "migration " + entry.version() + " has no files any more")
                                .help("bring its files back: without its down script it cannot be rolled back"));
            } else if (down == null) {
                problems.add(noDown(migration));
            } else {
                step(Direction.DOWN, migration, down, entry, problems, steps);
            }
        }
        return steps;
    }

    private void step(
            Direction direction,
            Migration migration,
            Script script,
            @Nullable Entry entry,
            List<Problem> problems,
            List<Step> steps) {
        try {
            boolean resumed =
                    !history.progressOf(migration.version(), direction).isEmpty();
            steps.add(new Step(direction, migration, script, script.commands(), entry, resumed));
        } catch (LockkeeperException e) {
            problems.addAll(e.problems());
        }
    }

    private static Problem unknown(Version version) {
        return Problem.of(Code.VERSION_UNKNOWN, "there is no migration of version " + version)
                .help("lockkeeper status lists the versions");
    }

    private static Problem otherTool(String table) {
        return Problem.of(Code.HISTORY_OF_OTHER_TOOL, "another tool has migrated this database: " + table + " has rows")
                .because("this component has no record here and would start from the first migration")
                .help("lockkeeper adopt --dry-run shows what can be taken over from it; lockkeeper baseline VERSION"
                        + " takes the database as it is; if the table means nothing, say other-history: ignore in"
                        + " lockkeeper.yaml");
    }

    private static Problem missing(Status.Row row, Status status) {
        Problem problem = Problem.of(
                        Code.MIGRATION_MISSING,
                        "version " + row.version() + " (" + row.description() + ") was applied, but its file is gone")
                .help("bring the file back from version control");
        Entry entry = row.entry();
        return status.rows().stream()
                .filter(r -> r.entry() == null)
                .map(Status.Row::migration)
                .filter(Objects::nonNull)
                .filter(m -> entry != null && m.up().checksum().is(entry.checksum()))
                .findFirst()
                .map(m -> problem.at(Place.of(m.up().file()))
                        .because("this file has the same content, so it seems to have been renumbered")
                        .help("give it its version " + row.version() + " back"))
                .orElse(problem);
    }

    private static Problem altered(Status.Row row, Migration migration) {
        Entry entry = row.entry();
        return Problem.of(Code.MIGRATION_ALTERED, "version " + row.version() + " was edited after it was applied")
                .at(Place.of(migration.up().file()))
                .because(entry == null ? null : "applied " + entry.appliedAt() + " by " + entry.appliedBy())
                .help("take the edit back and put the change into a new migration");
    }

    private Problem outOfOrder(Migration migration) {
        Version newest = history.applied().stream()
                .map(Entry::version)
                .max(Comparator.naturalOrder())
                .orElseThrow();
        return Problem.of(
                        Code.OUT_OF_ORDER,
                        "version " + migration.version() + " was never applied, but newer " + newest + " was")
                .at(Place.of(migration.up().file()))
                .because("it was probably merged late")
                .help("give it a version after " + newest + ", or say out-of-order: allow in lockkeeper.yaml");
    }

    private static Problem noDown(Migration migration) {
        return Problem.of(Code.MISSING_DOWN, "version " + migration.version() + " has no down script")
                .at(Place.of(migration.up().file()))
                .help("write one, even if it does nothing, or say downs: optional in lockkeeper.yaml");
    }
}
