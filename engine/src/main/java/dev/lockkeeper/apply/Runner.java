package dev.lockkeeper.apply;

import dev.lockkeeper.database.RunnerLock;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.history.History;
import dev.lockkeeper.history.HistoryTable;
import dev.lockkeeper.plan.Plan;
import dev.lockkeeper.plan.Step;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Patience;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Carries out a request on one database, alone.
 *
 * <p>Two sessions: the control session holds the runner lock, reads the history and writes the journal, always in
 * autocommit; the work session runs the scripts and is opened only when there is work. Killing this process at any
 * instant leaves each transactional step either wholly done with its history row or not done at all.
 */
public final class Runner {
    private final HistoryTable table;
    private final Patience statements;
    private final String user;
    private final Consumer<Event> listener;

    /**
     * @param statements how long statements may wait and work
     * @param user whose sessions these are
     * @param listener told what happens; never by two threads at once
     */
    public Runner(HistoryTable table, Patience statements, String user, Consumer<Event> listener) {
        this.table = table;
        this.user = user;
        this.statements = statements;
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
     * @param work opens a session in which scripts run, and one that looks at it
     * @param patience how long to wait for the runner lock
     * @param planner makes the plan from the history
     * @return the plan that was carried out
     * @throws LockkeeperException when there can be no plan, or a step fails; steps before it are kept
     */
    public Plan run(Session control, Supplier<Session> work, Duration patience, Function<History, Plan> planner) {
        RunnerLock lock = new RunnerLock(table.schema(), table.component());
        History history = lockAndRead(control, work, lock, patience, planner);
        try {
            Plan plan = planner.apply(history);
            listener.accept(new Event.Planned(plan));
            if (!plan.isEmpty()) {
                try (Session session = work.get()) {
                    session.query(lock.workSql());
                    try (Watch watch = new Watch(work, session.pid(), statements, listener)) {
                        run(plan, history, control, session, new Waiting(statements, watch, listener));
                    }
                }
            }
            return plan;
        } finally {
            release(control, lock);
        }
    }

    private History lockAndRead(
            Session control,
            Supplier<Session> work,
            RunnerLock lock,
            Duration patience,
            Function<History, Plan> planner) {
        Consumer<String> waiting = holder -> listener.accept(new Event.Waiting(table.component(), holder));
        try {
            return table.withOtherTool(
                    control, table.parse(lock.acquire(control, table.readSql(), patience, waiting, work)));
        } catch (SqlFailure e) {
            if (!HistoryTable.isAbsent(e)) {
                throw table.unreadable(e);
            }
        }
        // a session-level lock outlives the transaction that failed, and is counted; it was taken only if it was free
        control.query(lock.releaseIfHeldSql());
        // the first run in this database: look before the record is created, so that a refusal leaves no trace
        History none = table.read(control);
        if (planner.apply(none).isEmpty()) {
            return none;
        }
        lock.requireSession(control, work);
        create(control);
        return table.parse(lock.acquire(control, table.readSql(), patience, waiting, work));
    }

    private void create(Session control) {
        try {
            table.create(control);
        } catch (SqlFailure e) {
            throw e.problem("Lockkeeper's record could not be created in schema " + table.schema())
                    .help("let this user create schemas, or have somebody create the schema and give it to this user")
                    .asException(e);
        }
    }

    private static void release(Session control, RunnerLock lock) {
        try {
            control.query(lock.releaseSql());
        } catch (SqlFailure e) {
            if (!e.connectionLost()) {
                throw e;
            }
            // the lock died with the session
        }
    }

    private void run(Plan plan, History history, Session control, Session session, Waiting waiting) {
        UUID run = UUID.randomUUID();
        int of = plan.steps().size();
        for (int i = 0; i < of; i++) {
            Step step = plan.steps().get(i);
            listener.accept(new Event.StepStarted(step, i + 1, of));
            long start = System.nanoTime();
            ScriptRunner runner = new ScriptRunner(
                    session,
                    new HistoryJournal(control, table, history, step, run),
                    waiting,
                    user.equals(table.schema()));
            ScriptRunner.Manner manner;
            try {
                manner = runner.run(step.script(), step.commands(), step.resumed(), closing(plan, history, step, run));
            } catch (LockkeeperException e) {
                throw new LockkeeperException(
                        e.problems().stream()
                                .map(p -> withFate(p, plan, step, runner.manner()))
                                .toList(),
                        e);
            } catch (SqlFailure e) {
                throw withFate(e.problem("a step could not be carried out"), plan, step, runner.manner())
                        .asException(e);
            }
            listener.accept(new Event.StepFinished(step, i + 1, of, System.nanoTime() - start, manner));
        }
    }

    private ScriptRunner.Closing closing(Plan plan, History history, Step step, UUID run) {
        boolean unfinished = history.progress().stream()
                .anyMatch(p -> p.version().equals(step.migration().version()));
        return duration -> {
            String record = step.entry() == null
                    ? table.insertSql(
                            step.migration(), step.commands().statements().size(), plan.digest(), run, duration)
                    : table.rolledBackSql(step.entry(), run);
            // a step that this run carries out statement by statement forgets its own progress
            return unfinished
                    ? record + ";" + table.forgetProgressSql(step.migration().version())
                    : record;
        };
    }

    /** Says what was kept and what was rolled back. */
    private static Problem withFate(Problem problem, Plan plan, Step failed, ScriptRunner.Manner manner) {
        List<String> kept = plan.steps().stream()
                .takeWhile(s -> !s.equals(failed))
                .map(s -> s.migration().version().toString())
                .toList();
        String done = plan.direction().done();
        String version = failed.migration().version().toString();
        Problem told = problem.note(
                kept.isEmpty()
                        ? "kept: nothing of this run"
                        : "kept: " + String.join(", ", kept) + (kept.size() == 1 ? " is " : " are ") + done);
        boolean statements = manner == ScriptRunner.Manner.STATEMENTS;
        if (statements) {
            told = told.note("kept: the statements of version " + version
                    + " before this one, for it does not run in one transaction; the same command goes on from here");
        } else if (problem.code() == Code.CONNECTION_LOST) {
            told = told.note("unknown: whether version " + version + " was finished in that moment; the history tells");
        } else {
            told = told.note("aborted: version " + version + " as a whole, nothing of it remains");
        }
        boolean partly = statements || !kept.isEmpty();
        return partly && told.code() == Code.STATEMENT_FAILED ? told.as(Code.PARTLY_APPLIED) : told;
    }
}
