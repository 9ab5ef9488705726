package dev.lockkeeper.apply;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.history.Entry;
import dev.lockkeeper.history.History;
import dev.lockkeeper.history.HistoryTable;
import dev.lockkeeper.plan.Plan;
import dev.lockkeeper.plan.Step;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Hooks;
import dev.lockkeeper.project.Patience;
import dev.lockkeeper.project.Target;
import dev.lockkeeper.source.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

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
    private final Hooks hooks;
    private final String user;
    private final String database;
    private final Consumer<Event> listener;

    /**
     * @param statements how long statements may wait and work
     * @param hooks what the project demands around a run
     * @param target whose database this is
     * @param listener told what happens; never by two threads at once
     */
    public Runner(
            HistoryTable table, Patience statements, Hooks hooks, Target target, Consumer<Event> listener) {
        this.table = table;
        this.hooks = hooks;
        this.user = target.user();
        this.database = target.toString();
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
        RecordLock lock = new RecordLock(
                table, holder -> listener.accept(new Event.Waiting(table.component(), holder)));
        return lock.holding(
                control, work, patience, history -> !planner.apply(history).isEmpty(), history -> {
                    Plan plan = planner.apply(history);
                    listener.accept(new Event.Planned(plan));
                    if (!plan.isEmpty()) {
                        HookRunner demanded = new HookRunner(hooks, control, plan, database, listener);
                        demanded.before(plan);
                        try (Session session = work.get()) {
                            List<Blocker> old = Watch.longTransactions(
                                    session.query(lock.workSql() + ";" + Watch.longSql(statements.transaction())));
                            if (!old.isEmpty()) {
                                listener.accept(new Event.LongTransactions(old));
                            }
                            try (Watch watch = new Watch(work, session.pid(), statements, listener)) {
                                run(plan, history, control, session, new Waiting(statements, watch, listener));
                            }
                        }
                        demanded.after(plan);
                    }
                    return plan;
                });
    }

    private void run(Plan plan, History history, Session control, Session session, Waiting waiting) {
        UUID run = UUID.randomUUID();
        int of = plan.steps().size();
        for (int i = 0; i < of; i++) {
            Step step = plan.steps().get(i);
            listener.accept(new Event.StepStarted(step, i + 1, of));
            long start = System.nanoTime();
            ScriptRunner runner = new ScriptRunner(
                    session, journal(control, history, step, run), waiting, user.equals(table.schema()));
            ScriptRunner.Manner manner;
            try {
                manner = runner.run(step.script(), step.commands(), begin(step), closing(plan, history, step, run));
            } catch (LockkeeperException e) {
                LockkeeperException told = new LockkeeperException(
                        e.problems().stream()
                                .map(p -> withFate(p, plan, step, runner.manner()))
                                .toList(),
                        e);
                remember(control, step, told, run);
                throw told;
            } catch (SqlFailure e) {
                throw withFate(e.problem("a step could not be carried out"), plan, step, runner.manner())
                        .asException(e);
            }
            listener.accept(new Event.StepFinished(step, i + 1, of, System.nanoTime() - start, manner));
        }
    }

    private static ScriptRunner.Begin begin(Step step) {
        boolean partial = step instanceof Step.Rollback rollback && rollback.entry() == null;
        return partial
                ? ScriptRunner.Begin.PARTIAL
                : step.resumed() ? ScriptRunner.Begin.RESUMED : ScriptRunner.Begin.FRESH;
    }

    private StatementJournal journal(Session control, History history, Step step, UUID run) {
        Version version = version(step);
        // a repeatable script begins anew after an interruption
        return version == null
                ? StatementJournal.NONE
                : new HistoryJournal(control, table, history, step, version, run);
    }

    private static @Nullable Version version(Step step) {
        if (step instanceof Step.Apply apply) {
            return apply.migration().version();
        }
        return step instanceof Step.Rollback rollback ? rollback.migration().version() : null;
    }

    private ScriptRunner.Closing closing(Plan plan, History history, Step step, UUID run) {
        Version version = version(step);
        List<String> forget = new ArrayList<>();
        // a step that this run carries out statement by statement forgets its own progress
        if (version != null
                && history.progress().stream().anyMatch(p -> p.version().equals(version))) {
            forget.add(table.sql().forgetProgress(version));
        }
        if (step instanceof Step.Rollback && !history.repeatables().isEmpty()) {
            forget.add(table.sql().outOfForce());
        }
        if (history.failureOf(step.name()).isPresent()) {
            forget.add(table.sql().forgetFailure(step.name()));
        }
        return duration -> {
            List<String> all = new ArrayList<>(forget);
            String record = record(plan, step, run, duration);
            if (!record.isEmpty()) {
                all.add(0, record);
            }
            return String.join(";", all);
        };
    }

    private String record(Plan plan, Step step, UUID run, String duration) {
        int statements = step.commands().statements().size();
        if (step instanceof Step.Apply apply) {
            return table.sql().applied(apply.migration(), statements, plan.digest(), run, duration);
        }
        if (step instanceof Step.Repeat repeat) {
            return table.sql().repeated(repeat.repeatable(), statements, plan.digest(), run, duration);
        }
        Entry entry = ((Step.Rollback) step).entry();
        return entry == null ? "" : table.sql().rolledBack(entry, run);
    }

    /** Flags the step, so that it is not tried again unchanged; a failure to do so must not hide the first one. */
    private void remember(Session control, Step step, LockkeeperException told, UUID run) {
        Problem problem = told.problems().get(0);
        // a check before the script looks at the database, not at the script
        boolean lasting = problem.server() != null
                && problem.server().wouldComeAgain()
                && problem.code() != Code.CHECK_FAILED;
        if (!lasting) {
            return;
        }
        try {
            control.execute(table.sql().failed(step.name(), step.direction(), step.script(), problem, run));
        } catch (SqlFailure e) {
            told.addSuppressed(e);
        }
    }

    /** Says what was kept and what was rolled back. */
    private static Problem withFate(Problem problem, Plan plan, Step failed, ScriptRunner.Manner manner) {
        List<String> kept = plan.steps().stream()
                .takeWhile(s -> !s.equals(failed))
                .map(Step::name)
                .toList();
        String done = plan.direction().done();
        String version = failed instanceof Step.Repeat ? failed.name() : "version " + failed.name();
        Problem told = problem.note(
                kept.isEmpty()
                        ? "kept: nothing of this run"
                        : "kept: " + String.join(", ", kept) + (kept.size() == 1 ? " is " : " are ") + done);
        boolean statements = manner == ScriptRunner.Manner.STATEMENTS;
        if (statements) {
            told = told.note("kept: the statements of " + version
                    + " before this one, for it does not run in one transaction; the same command goes on from here");
        } else if (problem.code() == Code.CONNECTION_LOST) {
            told = told.note("unknown: whether " + version + " was finished in that moment; the history tells");
        } else {
            told = told.note("aborted: " + version + " as a whole, nothing of it remains");
        }
        boolean partly = statements || !kept.isEmpty();
        return partly && told.code() == Code.STATEMENT_FAILED ? told.as(Code.PARTLY_APPLIED) : told;
    }
}
