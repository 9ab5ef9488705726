package dev.lockkeeper.apply;

import dev.lockkeeper.database.Backend;
import dev.lockkeeper.database.Liveness;
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
        Aftermath aftermath = new Aftermath(work, table, control.silence());
        try {
            Plan plan = planner.apply(history);
            listener.accept(new Event.Planned(plan));
            if (!plan.isEmpty()) {
                try (Session session = work.get()) {
                    Backend own = lock.enter(control, session);
                    Backend working = Backend.of(session);
                    aftermath.add(working);
                    aftermath.add(own);
                    Pulse pulse = new Pulse(session.silence(), longest(plan));
                    try (Watch watch = new Watch(work, session.unlimited(), working, pulse, statements, listener)) {
                        run(plan, history, control, session, new Waiting(statements, watch, listener), aftermath);
                    }
                }
            }
            return plan;
        } catch (SqlFailure e) {
            throw e.problem("the session that holds the runner lock failed before the first step")
                    .help("run the same command again")
                    .asException(e);
        } finally {
            release(control, lock, aftermath);
        }
    }

    private static long longest(Plan plan) {
        return plan.steps().stream()
                .mapToLong(step -> step.commands().sql().length())
                .max()
                .orElse(0);
    }

    private History lockAndRead(
            Session control,
            Supplier<Session> work,
            RunnerLock lock,
            Duration patience,
            Function<History, Plan> planner) {
        Consumer<String> waiting = holder -> listener.accept(new Event.Waiting(table.component(), holder));
        String reading = Liveness.ifOwnSql(control) + "; " + table.readSql();
        try {
            return table.parse(lock.acquire(control, reading, patience, waiting, work));
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
        return table.parse(lock.acquire(control, reading, patience, waiting, work));
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

    private static void release(Session control, RunnerLock lock, Aftermath aftermath) {
        try {
            control.query(lock.releaseSql());
        } catch (SqlFailure e) {
            if (!e.connectionLost()) {
                throw e;
            }
            // the lock dies with the session, of which the server may not know yet that it is lost
            aftermath.clear();
        }
    }

    private void run(
            Plan plan, History history, Session control, Session session, Waiting waiting, Aftermath aftermath) {
        UUID run = UUID.randomUUID();
        List<String> settings = Liveness.settings(session);
        int of = plan.steps().size();
        for (int i = 0; i < of; i++) {
            Step step = plan.steps().get(i);
            requireLock(control, plan, i);
            listener.accept(new Event.StepStarted(step, i + 1, of));
            long start = System.nanoTime();
            ScriptRunner runner = new ScriptRunner(
                    session,
                    new HistoryJournal(control, table, history, step, run),
                    waiting,
                    user.equals(table.schema()),
                    settings);
            ScriptRunner.Manner manner;
            try {
                manner = runner.run(step.script(), step.commands(), step.resumed(), closing(plan, history, step, run));
            } catch (LockkeeperException e) {
                Aftermath.Fate fate = fate(e.problems().get(0).code(), step, run, aftermath);
                throw new LockkeeperException(
                        e.problems().stream()
                                .map(p -> withFate(p, plan, step, runner.manner(), fate))
                                .toList(),
                        e);
            } catch (SqlFailure e) {
                throw withFate(
                                e.problem("a step could not be carried out"),
                                plan,
                                step,
                                runner.manner(),
                                fate(e.code(), step, run, aftermath))
                        .asException(e);
            }
            listener.accept(new Event.StepFinished(step, i + 1, of, System.nanoTime() - start, manner));
        }
    }

    /**
     * The work session alone keeps other runners away, but a person may have ended the other one to stop the run, and the
     * journal needs it.
     */
    private static void requireLock(Session control, Plan plan, int finished) {
        try {
            control.requireOpen();
        } catch (SqlFailure e) {
            throw e.problem("the session that holds the runner lock was lost")
                    .note(kept(plan, finished))
                    .note("not begun: version "
                            + plan.steps().get(finished).migration().version())
                    .help("run the same command again")
                    .asException(e);
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

    private static Aftermath.Fate fate(Code code, Step step, UUID run, Aftermath aftermath) {
        return code == Code.CONNECTION_LOST ? aftermath.of(step.migration().version(), run) : Aftermath.Fate.ABORTED;
    }

    private static String kept(Plan plan, int finished) {
        List<String> kept = plan.steps().subList(0, finished).stream()
                .map(s -> s.migration().version().toString())
                .toList();
        return kept.isEmpty()
                ? "kept: nothing of this run"
                : "kept: " + String.join(", ", kept) + (kept.size() == 1 ? " is " : " are ")
                        + plan.direction().done();
    }

    /** Says what was kept and what was rolled back. */
    private static Problem withFate(
            Problem problem, Plan plan, Step failed, ScriptRunner.Manner manner, Aftermath.Fate fate) {
        int finished = plan.steps().indexOf(failed) + (fate == Aftermath.Fate.KEPT ? 1 : 0);
        String version = failed.migration().version().toString();
        Problem told = problem.note(kept(plan, finished));
        boolean statements = manner == ScriptRunner.Manner.STATEMENTS;
        if (fate == Aftermath.Fate.KEPT) {
            told = told.note("finished: version " + version + ", whose answer was lost");
        } else if (fate == Aftermath.Fate.UNKNOWN) {
            told = told.note("unknown: whether version " + version
                    + " was finished, for the server did not answer any more; the history tells");
        } else if (statements) {
            told = told.note("kept: the statements of version " + version
                    + " before this one, for it does not run in one transaction; the same command goes on from here");
        } else {
            told = told.note("aborted: version " + version + " as a whole, nothing of it remains");
        }
        boolean partly = statements || finished > 0;
        return partly && told.code() == Code.STATEMENT_FAILED ? told.as(Code.PARTLY_APPLIED) : told;
    }
}
