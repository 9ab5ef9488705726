package dev.lockkeeper.plan;

import dev.lockkeeper.history.Direction;
import dev.lockkeeper.history.Entry;
import dev.lockkeeper.history.FailedStep;
import dev.lockkeeper.history.History;
import dev.lockkeeper.history.RepeatableEntry;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Migration;
import dev.lockkeeper.source.Migrations;
import dev.lockkeeper.source.Repeatable;
import dev.lockkeeper.source.Script;
import dev.lockkeeper.source.Version;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Files and history side by side.
 *
 * @param rows in the order of the versions
 * @param repeatables in dependency order; those that have no file any more at the end
 * @param otherTool the history table of another tool; empty when there is none
 * @param doubts why the history may not be the whole one, or not that of this component
 */
public record Status(
        String component,
        List<Row> rows,
        List<Repeated> repeatables,
        Optional<String> otherTool,
        List<Problem> doubts) {
    public Status {
        rows = List.copyOf(rows);
        repeatables = List.copyOf(repeatables);
        doubts = List.copyOf(doubts);
    }

    /** What is true of one version. */
    public enum State {
        /** Applied, and the file is what was applied. */
        APPLIED,
        /** Not applied yet. */
        PENDING,
        /** Applied, but the file was edited since. */
        ALTERED,
        /** Applied or begun, but there is no file any more. */
        MISSING,
        /** Not applied, although a newer one is. */
        OUT_OF_ORDER,
        /** Begun by a run that did not finish it. */
        UNFINISHED,
        /** Refused by the server, and the script is still the same. */
        FAILED,
        /** A repeatable script that has to run again. */
        CHANGED
    }

    /**
     * One version.
     *
     * @param migration null when the file is missing
     * @param entry null when it is not applied
     * @param begun which way a run went that did not finish it; null when there is none
     * @param failure null when the server did not refuse it, or the script was edited since
     */
    public record Row(
            Version version,
            State state,
            @Nullable Migration migration,
            @Nullable Entry entry,
            @Nullable Direction begun,
            @Nullable FailedStep failure) {
        /** What the file says it does, or what the history remembers when the file is missing. */
        public String description() {
            return migration != null ? migration.description() : entry != null ? entry.description() : "";
        }
    }

    /**
     * One repeatable script.
     *
     * @param file null when it has none any more: what it made stays
     * @param last null when it never ran
     * @param failure null when the server did not refuse it, or the script was edited since
     */
    public record Repeated(
            String name,
            State state,
            @Nullable String file,
            @Nullable RepeatableEntry last,
            @Nullable FailedStep failure) {}

    /** Whether an apply would have nothing to do and nothing to refuse; what a repeatable script without a file made stays. */
    public boolean isCurrent() {
        return rows.stream().allMatch(row -> row.state() == State.APPLIED)
                && repeatables.stream().allMatch(one -> one.file() == null || one.state() == State.APPLIED)
                && doubts.isEmpty()
                && otherTool.isEmpty();
    }

    /** Compares the files of a component with its history. */
    public static Status of(Migrations migrations, History history) {
        Map<Version, Entry> entries = new HashMap<>();
        history.applied().forEach(e -> entries.put(e.version(), e));
        Optional<Version> newest =
                history.applied().stream().map(Entry::version).max(Comparator.naturalOrder());
        Map<Version, Direction> begun = new HashMap<>();
        // a step that was begun both ways is being rolled back
        history.progress().stream()
                .filter(p -> p.version() != null)
                .forEach(p -> begun.merge(
                        Objects.requireNonNull(p.version()), p.direction(), (a, b) -> a == b ? a : Direction.DOWN));
        List<Row> rows = new ArrayList<>();
        for (Migration migration : migrations.all()) {
            Entry entry = entries.remove(migration.version());
            Direction way = begun.remove(migration.version());
            Script next = entry == null && way != Direction.DOWN ? migration.up() : migration.down();
            FailedStep failure = failure(history, migration.version().toString(), next);
            State state = state(migration, entry, newest, way);
            boolean failed = failure != null && state != State.ALTERED;
            rows.add(new Row(migration.version(), failed ? State.FAILED : state, migration, entry, way, failure));
        }
        entries.values()
                .forEach(e -> rows.add(new Row(e.version(), State.MISSING, null, e, begun.remove(e.version()), null)));
        begun.forEach((version, last) -> rows.add(new Row(version, State.MISSING, null, null, last, null)));
        // no archive of classes holds the comparators of the library, and to make one takes milliseconds
        rows.sort((a, b) -> a.version().compareTo(b.version()));
        return new Status(
                migrations.component(), rows, repeated(migrations, history), history.otherTool(), history.doubts());
    }

    private static @Nullable FailedStep failure(History history, String name, @Nullable Script next) {
        return history.failureOf(name)
                .filter(f -> next != null && f.sentChecksum().is(next.sentChecksum()))
                .orElse(null);
    }

    private static List<Repeated> repeated(Migrations migrations, History history) {
        Map<Repeatable, String> due = Repeating.due(migrations.repeatables(), history);
        Set<String> named = new HashSet<>();
        List<Repeated> all = new ArrayList<>();
        for (Repeatable one : migrations.repeatables().all()) {
            named.add(one.name());
            RepeatableEntry last = history.lastRun(one.name()).orElse(null);
            FailedStep failure = failure(history, one.label(), one.script());
            State state = state(
                    failure,
                    last,
                    due.containsKey(one),
                    history.progressOf(one.label()).isEmpty());
            all.add(new Repeated(one.label(), state, one.script().file(), last, failure));
        }
        history.repeatables().stream()
                .filter(r -> !named.contains(r.name()))
                .forEach(r -> all.add(new Repeated("R__" + r.name(), State.MISSING, null, r, null)));
        return all;
    }

    private static State state(
            @Nullable FailedStep failure, @Nullable RepeatableEntry last, boolean due, boolean whole) {
        if (failure != null) {
            return State.FAILED;
        }
        if (!whole) {
            return State.UNFINISHED;
        }
        return last == null ? State.PENDING : due ? State.CHANGED : State.APPLIED;
    }

    private static State state(
            Migration migration, @Nullable Entry entry, Optional<Version> newest, @Nullable Direction begun) {
        if (begun != null) {
            return State.UNFINISHED;
        }
        if (entry != null) {
            return entry.checksum().is(migration.up().checksum()) ? State.APPLIED : State.ALTERED;
        }
        boolean late = newest.isPresent() && migration.version().compareTo(newest.get()) < 0;
        return late ? State.OUT_OF_ORDER : State.PENDING;
    }

    /** How many migrations and repeatable scripts are in a state; a repeatable script without a file counts nowhere. */
    public long count(State state) {
        return rows.stream().filter(r -> r.state() == state).count()
                + repeatables.stream()
                        .filter(r -> r.state() == state && r.file() != null)
                        .count();
    }
}
