package dev.lockkeeper.apply;

import dev.lockkeeper.database.Liveness;
import dev.lockkeeper.database.RunnerLock;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.history.History;
import dev.lockkeeper.history.HistoryTable;
import dev.lockkeeper.plan.Plan;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.project.Hooks;
import dev.lockkeeper.project.Patience;
import dev.lockkeeper.project.Target;
import java.time.Duration;
import java.util.List;
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
    private final Hooks hooks;
    private final Target target;
    private final Consumer<Event> listener;

    /**
     * @param statements how long statements may wait and work
     * @param hooks what the project demands around a run
     * @param target whose database this is
     * @param listener told what happens; never by two threads at once
     */
    public Runner(HistoryTable table, Patience statements, Hooks hooks, Target target, Consumer<Event> listener) {
        this.table = table;
        this.statements = statements;
        this.hooks = hooks;
        this.target = target;
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
        Aftermath aftermath = new Aftermath(work, table, control.silence());
        RecordLock lock = new RecordLock(
                table, holder -> listener.accept(new Event.Waiting(table.component(), holder)), aftermath::clear);
        try {
            return lock.holding(
                    control, work, patience, history -> !planner.apply(history).isEmpty(), history -> {
                        Plan plan = planner.apply(history);
                        listener.accept(new Event.Planned(plan));
                        if (!plan.isEmpty()) {
                            HookRunner demanded =
                                    new HookRunner(hooks, work, statements, plan, target.toString(), listener);
                            demanded.before(plan);
                            carryOut(plan, history, control, work, lock, aftermath);
                            demanded.after(plan);
                        }
                        return plan;
                    });
        } catch (SqlFailure e) {
            throw e.problem("the session that holds the runner lock failed before the first step")
                    .help("run the same command again")
                    .asException(e);
        }
    }

    private void carryOut(
            Plan plan, History history, Session control, Supplier<Session> work, RecordLock lock, Aftermath aftermath) {
        try (Session session = work.get()) {
            RunnerLock.Entry entry = lock.enter(
                    control, session, Liveness.question() + "; " + Sight.longTransactionsSql(statements.transaction()));
            aftermath.add(entry.work());
            aftermath.add(entry.control());
            List<String> settings = Liveness.settings(entry.answers().get(0));
            List<Blocker> old = Sight.blockers(entry.answers().get(1));
            if (!old.isEmpty()) {
                listener.accept(new Event.LongTransactions(old));
            }
            Pulse pulse = new Pulse(session.silence(), longest(plan));
            try (Watch watch = new Watch(work, session.unlimited(), entry.work(), pulse, statements, listener)) {
                Waiting waiting = new Waiting(statements, watch, listener);
                boolean publicPath = target.user().equals(table.schema());
                new Steps(plan, history, table, control, session, waiting, aftermath, publicPath, settings)
                        .run(listener);
            }
        }
    }

    private static long longest(Plan plan) {
        return plan.steps().stream()
                .mapToLong(step -> step.commands().sql().length())
                .max()
                .orElse(0);
    }
}
