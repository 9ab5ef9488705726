package dev.lockkeeper.plan;

import dev.lockkeeper.history.Direction;
import dev.lockkeeper.history.Entry;
import dev.lockkeeper.history.History;
import dev.lockkeeper.history.Progress;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Migration;
import dev.lockkeeper.source.Migrations;
import dev.lockkeeper.source.Repeatable;
import dev.lockkeeper.source.Script;
import dev.lockkeeper.source.Version;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
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
        List<Problem> problems = new ArrayList<>(doubts());
        if (!problems.isEmpty()) {
            // the rest would be told about another history
            throw new LockkeeperException(problems);
        }
        List<Step> steps = request.direction() == Direction.UP
                ? apply(request, problems, explain)
                : rollback(request, problems, explain);
        if (!problems.isEmpty()) {
            throw new LockkeeperException(problems);
        }
        List<String> state = new ArrayList<>();
        history.applied().forEach(e -> state.add(e.version() + " " + e.checksum()));
        history.progress()
                .forEach(p -> state.add(p.name() + " " + p.direction() + " " + p.ordinal() + " " + p.state()));
        history.repeatables().forEach(r -> state.add("R__" + r.name() + " " + r.renderedChecksum()));
        return Plan.of(migrations.component(), request.direction(), steps, state);
    }

    private List<Problem> doubts() {
        return history.doubts().stream()
                .filter(p -> p.code() != Code.HISTORY_OF_OTHER_TOOL || !policy.ignoreOtherTool())
                .toList();
    }

    private List<Step> apply(Request request, List<Problem> problems, UnaryOperator<Problem> explain) {
        Version to = exact(request.to());
        if (to != null && migrations.find(to).isEmpty()) {
            problems.add(Refusals.unknown(to));
        }
        history.otherTool()
                .filter(t -> !policy.ignoreOtherTool())
                .ifPresent(table -> problems.add(Refusals.otherTool(table)));
        Status status = Status.of(migrations, history);
        List<Step> steps = new ArrayList<>();
        boolean all = true;
        for (Status.Row row : status.rows()) {
            Migration migration = row.migration();
            if (migration == null) {
                problems.add(Refusals.missing(row, status));
            } else if (row.state() == Status.State.ALTERED) {
                problems.add(explain.apply(Refusals.altered(migration, row.entry())));
            } else if (row.begun() == Direction.DOWN) {
                // also without an entry: what the journal calls done may be taken back already
                problems.add(Refusals.halfRolledBack(migration));
            } else if (row.entry() == null && (to == null || row.version().compareTo(to) <= 0)) {
                if (row.state() == Status.State.OUT_OF_ORDER && !policy.outOfOrder()) {
                    problems.add(Refusals.outOfOrder(migration, newest()));
                }
                if (migration.down() == null && policy.downsRequired()) {
                    problems.add(Refusals.noDown(migration));
                }
                boolean resumed = isBegun(migration, Direction.UP);
                add(
                        steps,
                        problems,
                        () -> new Step.Apply(migration, migration.up().commands(), resumed));
            } else {
                all &= row.entry() != null;
            }
        }
        if (all) {
            // before the newest version a script may need what is not there yet
            boolean migrates = !steps.isEmpty();
            Repeating.due(migrations.repeatables(), history)
                    .forEach((script, reason) -> add(steps, problems, () -> repeat(script, reason, migrates)));
        }
        return steps;
    }

    /** As the files or the history have it: a number may stand for the only file whose name begins with it. */
    private @Nullable Version exact(@Nullable Version to) {
        return to == null
                ? null
                : to.among(Stream.concat(
                                migrations.all().stream().map(Migration::version),
                                history.applied().stream().map(Entry::version))
                        .toList());
    }

    private Step repeat(Repeatable repeatable, String reason, boolean migrates) {
        Script.Commands commands = repeatable.script().commands();
        List<Progress> begun = history.progressOf(repeatable.label());
        return new Step.Repeat(repeatable, commands, reason, Repeating.known(repeatable, commands, begun, migrates));
    }

    private List<Step> rollback(Request request, List<Problem> problems, UnaryOperator<Problem> explain) {
        Version to = exact(request.to());
        Version none = Version.parse("0").orElseThrow();
        if (to != null && !to.equals(none) && history.find(to).isEmpty()) {
            problems.add(Refusals.notApplied(to));
            return List.of();
        }
        List<Step> steps = new ArrayList<>();
        Map<Version, Entry> entries = new HashMap<>();
        history.applied().forEach(e -> entries.put(e.version(), e));
        for (Version version : lastFirst()) {
            boolean wanted = to == null
                    ? steps.size() < request.steps()
                    : policy.outOfOrder() ? !version.equals(to) : version.compareTo(to) > 0;
            if (!wanted || !problems.isEmpty()) {
                break;
            }
            Migration migration = migrations.find(version).orElse(null);
            Script down = migration == null ? null : migration.down();
            if (migration == null) {
                problems.add(Refusals.withoutFiles(version));
            } else if (isAltered(migration, entries.get(version))) {
                problems.add(explain.apply(Refusals.altered(migration, entries.get(version))));
            } else if (down == null) {
                problems.add(Refusals.noWayBack(migration));
            } else {
                Entry entry = entries.get(version);
                boolean resumed = isBegun(migration, Direction.DOWN);
                add(steps, problems, () -> new Step.Rollback(migration, down, down.commands(), entry, resumed));
            }
        }
        return steps;
    }

    /**
     * The applied versions, and those whose apply was begun statement by statement and never finished. Where a migration may
     * come late, what was applied last goes first: then each down script finds the database in which its up script ended.
     */
    private List<Version> lastFirst() {
        Set<Version> begun = new TreeSet<>(Comparator.reverseOrder());
        history.progress().stream().flatMap(p -> Stream.ofNullable(p.version())).forEach(begun::add);
        if (!policy.outOfOrder()) {
            history.applied().forEach(e -> begun.add(e.version()));
            return List.copyOf(begun);
        }
        Set<Version> versions = new LinkedHashSet<>(begun);
        history.applied().stream()
                .sorted(Comparator.comparingLong(Entry::id).reversed())
                .forEach(e -> versions.add(e.version()));
        return List.copyOf(versions);
    }

    /** Whether the files are not those that were applied or begun: their down script takes back something else. */
    private boolean isAltered(Migration migration, @Nullable Entry entry) {
        if (entry != null) {
            return !entry.checksum().is(migration.up().checksum());
        }
        List<Progress> done = history.progressOf(migration.version().toString(), Direction.UP).stream()
                // ordinals below 1 are of the script as a whole; what failed left nothing, and its edit fixes it
                .filter(p -> p.ordinal() > 0 && p.state() != Progress.State.FAILED)
                .toList();
        if (done.isEmpty()) {
            return false;
        }
        Script.Commands commands = migration.up().commands();
        return done.stream().anyMatch(p -> !p.isOf(commands));
    }

    private boolean isBegun(Migration migration, Direction direction) {
        return !history.progressOf(migration.version().toString(), direction).isEmpty();
    }

    private void add(List<Step> steps, List<Problem> problems, Supplier<Step> made) {
        try {
            Step step = made.get();
            if (step.commands().byStatement().isPresent()) {
                problems.addAll(SessionNeeds.of(step.script(), step.commands()));
            }
            // what runs before a repeatable script in the same plan may be what it lacked
            boolean fixed = step instanceof Step.Repeat && !steps.isEmpty();
            history.failureOf(step.name())
                    .filter(f -> !fixed)
                    .filter(f -> f.direction() == step.direction())
                    .filter(f -> f.sentChecksum().is(step.script().sentChecksum()))
                    .ifPresent(
                            f -> problems.add(Refusals.failed(f, step.script().file())));
            steps.add(step);
        } catch (LockkeeperException e) {
            problems.addAll(e.problems());
        }
    }

    private Version newest() {
        return history.applied().stream()
                .map(Entry::version)
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }
}
