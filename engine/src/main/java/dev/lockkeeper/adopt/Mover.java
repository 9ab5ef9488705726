package dev.lockkeeper.adopt;

import dev.lockkeeper.database.RunnerLock;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.history.AuditSql;
import dev.lockkeeper.history.HistoryTable;
import dev.lockkeeper.history.RecordMove;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Migrations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Tells the record that a component was renamed, that its record has another place, or that it is a new one after all. */
public final class Mover {
    private final HistoryTable table;
    private final Migrations migrations;
    private final Consumer<String> waiting;

    /** @param waiting told who holds a runner lock */
    public Mover(HistoryTable table, Migrations migrations, Consumer<String> waiting) {
        this.table = table;
        this.migrations = migrations;
        this.waiting = waiting;
    }

    /**
     * Moves a history here, alone and in one transaction. The targets of fleets of the component go with it.
     *
     * @param schema the record that holds it; null when it is this one
     * @param component its name there; null when it is the same
     * @return the components that were moved, by their names from now on
     * @throws dev.lockkeeper.problem.LockkeeperException {@code repair-unfit} when there is nothing to move, or what is there
     *     has other scripts; {@code history-not-empty} when there is a history here already
     */
    public List<String> move(
            Session control,
            Supplier<Session> others,
            @Nullable String schema,
            @Nullable String component,
            String reason,
            Duration patience) {
        String own = table.component();
        RecordMove move = new RecordMove(schema == null ? table.schema() : schema, table.schema());
        String from = source(own, component);
        if (move.from().equals(move.to()) && from.equals(own)) {
            throw Problem.of(Code.USAGE, "the history of component " + own + " is in record " + move.to() + " already")
                    .help("name the component or the record that holds it now")
                    .asException();
        }
        List<String> found;
        try {
            found = move.components(control, from);
        } catch (SqlFailure e) {
            throw Problem.of(Code.REPAIR_UNFIT, "record " + move.from() + " cannot be read")
                    .from(e.error())
                    .help("name the schema of a record of Lockkeeper")
                    .asException(e);
        }
        requireAlike(control, move, from, found);
        List<RunnerLock> held = new ArrayList<>();
        try {
            for (String one : found) {
                hold(held, control, others, new RunnerLock(move.from(), one), patience);
                hold(held, control, others, new RunnerLock(move.to(), renamed(one, from)), patience);
            }
            table.enter(control, true, () -> {
                control.execute(move.upgrade());
                requireIdle(control, move, from, found);
                for (String one : found) {
                    requireFree(control, renamed(one, from));
                    control.execute(move.sql(one, renamed(one, from), reason));
                }
            });
        } finally {
            held.forEach(lock -> lock.release(control));
        }
        return found.stream().map(one -> renamed(one, from)).toList();
    }

    /** Enters the component as one of its own, whatever others have the same scripts. */
    public void separate(Session control, Supplier<Session> others, String reason, Duration patience) {
        RunnerLock lock = new RunnerLock(table.schema(), table.component());
        lock.acquire(control, "select 1 where false", "select 1", patience, waiting, others);
        try {
            if (table.exists(control) && table.hasRows(control)) {
                throw Problem.of(Code.REPAIR_UNFIT, "component " + table.component() + " has a history already")
                        .because("only a new component is taken for another one with the same scripts")
                        .help("lockkeeper status shows it")
                        .asException();
            }
            table.enter(
                    control,
                    true,
                    () -> control.execute(table.audit()
                            .entry(
                                    null,
                                    "separate",
                                    reason,
                                    "its scripts may be those of another component",
                                    AuditSql.nothing())));
        } finally {
            lock.release(control);
        }
    }

    private void hold(
            List<RunnerLock> held, Session control, Supplier<Session> others, RunnerLock lock, Duration patience) {
        lock.acquire(control, "select 1 where false", "select 1", patience, waiting, others);
        held.add(lock);
    }

    /** A target of a fleet comes from the same target of the other component. */
    private static String source(String own, @Nullable String component) {
        int slash = own.indexOf('/');
        return component == null
                ? own
                : slash < 0 || component.contains("/") ? component : component + own.substring(slash);
    }

    private String renamed(String one, String from) {
        return table.component() + one.substring(from.length());
    }

    /** The locks are ours, but the server may still be at work for a run that was killed. */
    private void requireIdle(Session control, RecordMove move, String from, List<String> found) {
        control.query(new HistoryTable(move.from(), from).sql().working(found)).stream()
                .findFirst()
                .ifPresent(row -> {
                    throw Problem.of(Code.RUNNER_LOCK_HELD, "scripts of component " + from + " still run")
                            .because("the session of an earlier run, which is still at work: " + row[0])
                            .help("wait for it to end and run the same command again")
                            .asException();
                });
    }

    private void requireAlike(Session control, RecordMove move, String from, List<String> found) {
        if (found.isEmpty()) {
            throw Problem.of(Code.REPAIR_UNFIT, "component " + from + " has no history in record " + move.from())
                    .help("lockkeeper status names the component and the record that hold these scripts")
                    .asException();
        }
        List<String> scripts =
                migrations.all().stream().map(m -> m.up().checksum().value()).toList();
        if (found.stream().allMatch(one -> move.alike(control, one, scripts) == 0)) {
            throw Problem.of(
                            Code.REPAIR_UNFIT,
                            "none of the scripts that were applied as component " + from + " is a script of component "
                                    + table.component())
                    .help("name the component that these scripts were applied as")
                    .asException();
        }
    }

    private void requireFree(Session control, String as) {
        if (new HistoryTable(table.schema(), as).hasRows(control)) {
            throw Problem.of(
                            Code.HISTORY_NOT_EMPTY,
                            "component " + as + " has a history in record " + table.schema() + " already")
                    .because("two histories cannot be made one")
                    .help("lockkeeper status shows it")
                    .asException();
        }
    }
}
