package dev.lockkeeper.apply;

import dev.lockkeeper.database.Access;
import dev.lockkeeper.database.Backend;
import dev.lockkeeper.database.RunnerLock;
import dev.lockkeeper.database.ScriptSession;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.gate.Admission;
import dev.lockkeeper.history.Direction;
import dev.lockkeeper.history.History;
import dev.lockkeeper.history.HistoryTable;
import dev.lockkeeper.history.RecordSql;
import dev.lockkeeper.plan.Plan;
import dev.lockkeeper.plan.Step;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Assertions;
import dev.lockkeeper.project.Hooks;
import dev.lockkeeper.project.Patience;
import dev.lockkeeper.trace.Tracing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Carries out a request on one database, alone.
 *
 * <p>Two sessions: the control session holds the runner lock, reads the history and writes the journal, always in
 * autocommit; the work session runs the scripts and is opened only when there is work. Killing this process at any
 * instant leaves each transactional step either wholly done with its history row or not done at all.
 */
public final class Runner {
    /** Of a script whose statements are not held in memory. */
    private static final long LARGE = 1L << 26;

    private final HistoryTable table;
    private final Patience statements;
    private final Hooks hooks;
    private final Assertions assertions;
    private final Access access;
    private final Tracing tracing;
    private final Consumer<Event> listener;

    /**
     * @param statements how long statements may wait and work
     * @param hooks what the project demands around a run
     * @param assertions what the project declares to be so when a script ends
     * @param access of whose database this is
     * @param tracing what is kept and told of its trace
     * @param listener told what happens; never by two threads at once
     */
    public Runner(
            HistoryTable table,
            Patience statements,
            Hooks hooks,
            Assertions assertions,
            Access access,
            Tracing tracing,
            Consumer<Event> listener) {
        this.table = table;
        this.statements = statements;
        this.hooks = hooks;
        this.assertions = assertions;
        this.access = access;
        this.tracing = tracing;
        Object turn = new Object();
        this.listener = event -> {
            synchronized (turn) {
                listener.accept(event);
            }
        };
    }

    /**
     * Takes the runner lock, makes the plan under it, and runs it.
     *
     * @param control an open session; stays open
     * @param others opens more sessions, to look at what is at work
     * @param spare opens a session that the run can do without
     * @param scripts opens a session in which scripts run
     * @param patience how long to wait for the runner lock
     * @param gate makes the plan from the history, and lets it pass
     * @return the plan that was carried out
     * @throws LockkeeperException when there can be no plan, or a step fails; steps before it are kept
     */
    public Plan run(
            Session control,
            Supplier<Session> others,
            Supplier<Session> spare,
            Supplier<ScriptSession> scripts,
            Duration patience,
            Function<History, Admission> gate) {
        Aftermath aftermath = new Aftermath(others, table, control.silence());
        RecordLock lock = lock(aftermath);
        try {
            return lock.holding(
                    control, others, patience, gate, passed -> !passed.plan().isEmpty(), (history, passed) -> {
                        Plan plan = passed.plan();
                        listener.accept(new Event.Planned(plan));
                        if (!plan.isEmpty()) {
                            RunLog log = new RunLog(table.audit(), passed, tracing);
                            HookRunner demanded =
                                    new HookRunner(hooks, scripts, statements, plan, access.address(), listener);
                            demanded(
                                    demanded,
                                    plan,
                                    () -> carryOut(
                                            plan,
                                            history,
                                            control,
                                            others,
                                            spare,
                                            scripts,
                                            lock.lock(),
                                            aftermath,
                                            log),
                                    problem -> end(log, problem, demanded, control, others));
                        }
                        return plan;
                    });
        } catch (SqlFailure e) {
            throw failed(e);
        }
    }

    /**
     * Takes the runner lock, makes the plan under it, and tries it in a transaction that is rolled back. The record is left as it is.
     *
     * @return what was left out, since no transaction can take it back
     * @throws LockkeeperException when there can be no plan, or a step fails
     */
    public List<Untried> dryRun(
            Session control,
            Supplier<Session> others,
            Supplier<Session> spare,
            Supplier<ScriptSession> scripts,
            Duration patience,
            Function<History, Plan> planner) {
        Aftermath aftermath = new Aftermath(others, table, control.silence());
        RecordLock lock = lock(aftermath);
        try {
            return lock.reading(control, others, patience, planner, (history, plan) -> {
                listener.accept(new Event.Planned(plan));
                List<Untried> untried = new ArrayList<>();
                if (!plan.isEmpty()) {
                    working(
                            plan,
                            control,
                            spare,
                            scripts,
                            (backend, first) -> lookOn(plan, control, lock.lock(), backend, aftermath),
                            (work, waiting, observance) -> untried.addAll(
                                    new DryRun(plan, work, waiting, observance, hooks, others).run(listener)));
                    requireUnchanged(history, control);
                }
                return List.copyOf(untried);
            });
        } catch (SqlFailure e) {
            throw failed(e);
        }
    }

    private RecordLock lock(Aftermath aftermath) {
        return new RecordLock(
                table, holder -> listener.accept(new Event.Waiting(table.component(), holder)), aftermath::clear);
    }

    private RuntimeException failed(SqlFailure e) {
        return e.error().sqlState().equals("42501") ? table.unreadable(e) : lost(e);
    }

    /** Nothing of a dry run writes to the record; that it is so is looked at all the same. */
    private void requireUnchanged(History history, Session control) {
        History now = table.read(control);
        if (!now.applied().equals(history.applied()) || !now.progress().equals(history.progress())) {
            throw Problem.of(
                            Code.UNEXPECTED,
                            "the record of component " + table.component()
                                    + " was changed during a dry run, by something that is not part of its transaction")
                    .help("lockkeeper status shows what it says now; look for a script that works in another session")
                    .asException();
        }
    }

    /** @param end ends the run in the record; it is given the problem of one that failed */
    private static void demanded(
            HookRunner hooks, Plan plan, Runnable work, Consumer<@Nullable LockkeeperException> end) {
        try {
            hooks.before(plan);
            work.run();
            hooks.after(plan);
        } catch (LockkeeperException e) {
            LockkeeperException told = hooks.afterFailure(e);
            end.accept(told);
            throw told;
        } catch (SqlFailure e) {
            hooks.afterFailure(lost(e));
            throw e;
        }
        end.accept(null);
    }

    private static LockkeeperException lost(SqlFailure e) {
        return e.problem("the session that holds the runner lock failed")
                .help("run the same command again")
                .asException(e);
    }

    private void carryOut(
            Plan plan,
            History history,
            Session control,
            Supplier<Session> others,
            Supplier<Session> spare,
            Supplier<ScriptSession> scripts,
            RunnerLock lock,
            Aftermath aftermath,
            RunLog log) {
        listener.accept(new Event.Entered(log.run()));
        working(
                plan,
                control,
                spare,
                scripts,
                (backend, first) -> enter(plan, log, first, control, lock, backend, aftermath),
                (work, waiting, observance) -> {
                    try (Looking looking = new Looking(others, statements, aftermath)) {
                        new Steps(
                                        plan,
                                        history,
                                        table,
                                        log,
                                        control,
                                        work,
                                        waiting,
                                        aftermath,
                                        observance,
                                        looking::session,
                                        others)
                                .run(listener);
                    }
                });
    }

    /** What is done in the session of scripts while somebody watches over it. */
    @FunctionalInterface
    private interface Work {
        void run(WorkSession work, Waiting waiting, Observance observance);
    }

    /** Told each process of the session of scripts before a script runs in it. */
    @FunctionalInterface
    private interface Entering {
        /** @param first whether it is the first process of the run */
        Observance enter(Backend backend, boolean first);
    }

    private void working(
            Plan plan,
            Session control,
            Supplier<Session> spare,
            Supplier<ScriptSession> scripts,
            Entering entering,
            Work steps) {
        AtomicReference<@Nullable Observance> observed = new AtomicReference<>();
        boolean ownSchema = access.user().equals(table.schema()) && !access.choosesSearchPath();
        try (ScriptSession opened = open(control, scripts);
                WorkSession work = begin(
                        plan,
                        () -> new WorkSession(opened.unlimited(), statements, ownSchema, backend -> {
                            Observance seen = entering.enter(backend, observed.get() == null);
                            // of the first session: what the run itself has brought is nothing from before
                            observed.compareAndSet(null, seen);
                        }))) {
            Pulse pulse = new Pulse(opened.silence(), longest(plan));
            try (Watch watch = new Watch(spare, work, pulse, statements, listener)) {
                Observance observance = observed.get();
                steps.run(
                        work,
                        new Waiting(statements, watch, tracing, listener),
                        observance == null ? Observance.none() : observance);
            }
        }
    }

    /** A database that takes no changes is told before the first step. */
    private static WorkSession begin(Plan plan, Supplier<WorkSession> opened) {
        try {
            return opened.get();
        } catch (SqlFailure e) {
            if (e.code() != Code.READ_ONLY) {
                throw e;
            }
            throw Outcome.notBegun(plan, 0, e.problem("the database takes no changes"))
                    .help("run the same command at the primary server, or when default_transaction_read_only is lifted")
                    .asException(e);
        }
    }

    /** The session that holds the lock may be gone by now, though all is done. */
    private static void end(
            RunLog log,
            @Nullable LockkeeperException failure,
            HookRunner hooks,
            Session control,
            Supplier<Session> others) {
        if (failure != null) {
            failed(log, failure, hooks, control);
            return;
        }
        String ended = log.endedSql(hooks.ran());
        try {
            control.execute(ended);
        } catch (SqlFailure e) {
            if (!e.connectionLost()) {
                throw e;
            }
            try (Session other = others.get()) {
                other.execute(ended);
            }
        }
    }

    /** Where it is not known what became of the last step, the next command tells the end of this one. */
    private static void failed(RunLog log, LockkeeperException failure, HookRunner hooks, Session control) {
        Problem problem = failure.problems().get(0);
        if (Aftermath.isNeeded(problem.code())) {
            return;
        }
        log.failed(problem);
        try {
            control.execute(log.endedSql(hooks.ran()));
        } catch (SqlFailure e) {
            failure.addSuppressed(e);
        }
    }

    private ScriptSession open(Session control, Supplier<ScriptSession> scripts) {
        try {
            return scripts.get();
        } catch (LockkeeperException e) {
            Problem problem = e.problems().get(0);
            if (problem.code() == Code.AUTHENTICATION_FAILED || !control.isPooled()) {
                throw e;
            }
            throw RunnerLock.poolTooSmall(e);
        }
    }

    /**
     * Records the session that scripts are about to run in. Whoever gets the lock after this answer waits until that session
     * is gone, and nobody else can have got it before, for the session that holds the lock has written the record.
     *
     * @param first whether it is the first session of the run
     * @return what to look at when scripts end
     */
    private Observance enter(
            Plan plan,
            RunLog log,
            boolean first,
            Session control,
            RunnerLock lock,
            Backend backend,
            Aftermath aftermath) {
        RecordSql sql = table.sql();
        boolean observes = plan.direction() == Direction.UP && assertions.noSeedData();
        if (first) {
            table.requireGuards(control);
        }
        List<List<@Nullable String[]>> answers =
                control.queryAll(sql.runs(log.run(), plan.direction().command(), null, backend) + ";"
                        + (first ? log.begunSql() + ";" : "") + table.audit().othersOpen(log.run()) + ";"
                        + Backend.AS_LOGIN + lock.holdingSql() + ";"
                        + Sight.longTransactionsSql(statements.transaction()) + ";" + sql.meddling()
                        + (observes ? ";" + Observance.filledSql(table.schema()) : ""));
        aftermath.add(backend);
        aftermath.add(Backend.of(answers.get(1)).orElseThrow(() -> lock.lost(control)));
        if (!answers.get(0).isEmpty()) {
            control.execute(table.audit().othersEnded(log.run(), "run " + log.run()));
        }
        if (!answers.get(3).isEmpty()) {
            throw Problem.of(
                            Code.HISTORY_UNFIT,
                            "something stands on the record that Lockkeeper has not put there: "
                                    + answers.get(3).stream()
                                            .map(row -> String.valueOf(row[0]))
                                            .collect(Collectors.joining(", ")))
                    .because("it may keep out of the record what was done, so that it would be done again")
                    .help("drop it; if an event trigger has made it, let that leave out schema " + table.schema())
                    .asException();
        }
        return seen(plan, answers.get(2), observes ? answers.get(4) : List.of());
    }

    /** The same for a dry run, of whose sessions the record says nothing: they end with what they began. */
    private Observance lookOn(Plan plan, Session control, RunnerLock lock, Backend backend, Aftermath aftermath) {
        boolean observes = plan.direction() == Direction.UP && assertions.noSeedData();
        List<List<@Nullable String[]>> answers = control.queryAll(Backend.AS_LOGIN + lock.holdingSql() + ";"
                + Sight.longTransactionsSql(statements.transaction())
                + (observes ? ";" + Observance.filledSql(table.schema()) : ""));
        aftermath.add(backend);
        aftermath.add(Backend.of(answers.get(0)).orElseThrow(() -> lock.lost(control)));
        return seen(plan, answers.get(1), observes ? answers.get(2) : List.of());
    }

    private Observance seen(Plan plan, List<@Nullable String[]> open, List<@Nullable String[]> filled) {
        List<Blocker> old = Sight.blockers(open);
        if (!old.isEmpty()) {
            listener.accept(new Event.LongTransactions(old));
        }
        return plan.direction() == Direction.DOWN
                ? Observance.none()
                : Observance.of(assertions, table.schema(), filled.isEmpty() ? null : filled.get(0)[0]);
    }

    private static long longest(Plan plan) {
        return plan.steps().stream()
                .map(Step::commands)
                .mapToLong(
                        commands -> commands.isLarge() ? LARGE : commands.sql().length())
                .max()
                .orElse(0);
    }
}
