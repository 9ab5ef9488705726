package dev.lockkeeper.apply;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.history.Entry;
import dev.lockkeeper.history.History;
import dev.lockkeeper.history.HistoryTable;
import dev.lockkeeper.history.Progress;
import dev.lockkeeper.plan.Plan;
import dev.lockkeeper.plan.Step;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Runs the steps of a plan one after the other, each with its record, under the runner lock. */
final class Steps {
    /** Looking whether word of an end has come takes the driver more than a millisecond, as long as a small step. */
    private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(100);

    /** After a step that took longer a look costs little. */
    private static final long SHORT = TimeUnit.MILLISECONDS.toNanos(20);

    private final Plan plan;
    private final History history;
    private final HistoryTable table;
    private final Session control;
    private final WorkSession work;
    private final Waiting waiting;
    private final Aftermath aftermath;
    private final Observance observance;
    private final RunLog log;
    private final UUID run;
    private final Supplier<Session> looking;
    private final Supplier<Session> questions;
    private long looked;
    private long begun;
    private @Nullable Settlement settlement;

    /**
     * @param log told what becomes of each step
     * @param control holds the runner lock and writes the journal
     * @param work runs the scripts
     * @param observance what is looked at when a script ends
     * @param questions opens a session for a question
     * @param looking opens a session that may wait for long, to look at what is half-done
     */
    Steps(
            Plan plan,
            History history,
            HistoryTable table,
            RunLog log,
            Session control,
            WorkSession work,
            Waiting waiting,
            Aftermath aftermath,
            Observance observance,
            Supplier<Session> looking,
            Supplier<Session> questions) {
        this.plan = plan;
        this.history = history;
        this.table = table;
        this.control = control;
        this.log = log;
        this.run = log.run();
        this.work = work;
        this.waiting = waiting;
        this.aftermath = aftermath;
        this.observance = observance;
        this.looking = looking;
        this.questions = questions;
    }

    /** @throws LockkeeperException when a step fails; steps before it are kept */
    void run(Consumer<Event> listener) {
        int of = plan.steps().size();
        try (Drafts drafts = new Drafts(plan.steps(), this::draft)) {
            for (int i = 0; i < of; i++) {
                Step step = plan.steps().get(i);
                requireLock(i);
                listener.accept(new Event.StepStarted(step, i + 1, of));
                long start = System.nanoTime();
                ScriptRunner runner = run(step, drafts, i);
                long nanos = System.nanoTime() - start;
                log.done(step, runner.rows(), nanos, runner.manner());
                listener.accept(new Event.StepFinished(step, i + 1, of, nanos, runner.rows(), runner.manner()));
            }
        }
    }

    private Draft draft(Step step) {
        return new Draft(step.script(), step.commands(), begin(step), closing(step)).write(work);
    }

    private ScriptRunner run(Step step, Drafts drafts, int index) {
        ScriptRunner runner = new ScriptRunner(work, journal(step), this::settlement, waiting, false);
        try {
            runner.run(drafts.get(index));
            return runner;
        } catch (LockkeeperException e) {
            log.failed(step, runner.rows());
            Outcome outcome = outcome(e.problems().get(0).code(), index, runner);
            Limits limits = new Limits(questions, waiting.patience());
            LockkeeperException told = new LockkeeperException(
                    e.problems().stream()
                            .map(problem -> outcome.tell(limits.explain(problem, step.script())))
                            .toList(),
                    e);
            remember(step, told);
            throw told;
        } catch (SqlFailure e) {
            log.failed(step, runner.rows());
            throw outcome(e.code(), index, runner)
                    .tell(e.problem("a step could not be carried out"))
                    .asException(e);
        }
    }

    private Settlement settlement() {
        Settlement known = settlement;
        // another session than before, when that one was ended
        Session session = looking.get();
        if (known == null || !known.isOf(session)) {
            known = new Settlement(session);
            settlement = known;
        }
        return known;
    }

    private Outcome outcome(Code code, int index, ScriptRunner runner) {
        Step step = plan.steps().get(index);
        Aftermath.Fate fate = Aftermath.isNeeded(code) ? aftermath.of(step, run) : Aftermath.Fate.ABORTED;
        return new Outcome(plan, index, runner.kept(), fate);
    }

    /**
     * The work session alone keeps other runners away, but a person may have ended the other one to stop the run, and the
     * journal needs it.
     */
    private void requireLock(int index) {
        long now = System.nanoTime();
        boolean shortly = now - looked < LOOK && now - begun < SHORT;
        begun = now;
        if (looked != 0 && shortly) {
            return;
        }
        looked = now;
        try {
            control.requireOpen();
        } catch (SqlFailure e) {
            throw Outcome.notBegun(plan, index, e.problem("the session that holds the runner lock was lost"))
                    .help("run the same command again")
                    .asException(e);
        }
    }

    private static ScriptRunner.Begin begin(Step step) {
        boolean partial = step instanceof Step.Rollback rollback && rollback.entry() == null;
        return partial
                ? ScriptRunner.Begin.PARTIAL
                : step.resumed() ? ScriptRunner.Begin.RESUMED : ScriptRunner.Begin.FRESH;
    }

    private StatementJournal journal(Step step) {
        List<Progress> known = history.progressOf(step.name(), step.direction());
        if (step instanceof Step.Repeat repeat && repeat.known().size() < known.size()) {
            // else the journal would refuse that this run does again what another has done
            control.execute(table.sql().forgetDone(repeat.name()));
            known = repeat.known();
        }
        return new HistoryJournal(control, table, known, step, run);
    }

    private Closing closing(Step step) {
        List<String> forget = new ArrayList<>();
        // a step that this run carries out statement by statement forgets its own progress
        history.progressOf(step.name()).stream()
                .findFirst()
                // as the journal spells it: the file may have been renamed from 7 to 007 since
                .ifPresent(begun -> forget.add(table.sql().forgetProgress(begun.name())));
        if (step.version() != null) {
            history.progress().stream()
                    .filter(p -> p.version() == null)
                    .map(Progress::name)
                    .distinct()
                    // what it has made so far may be dropped or changed by this step
                    .forEach(label -> forget.add(table.sql().forgetDone(label)));
        }
        if (step instanceof Step.Rollback && !history.repeatables().isEmpty()) {
            forget.add(table.sql().outOfForce());
        }
        history.failureOf(step.name())
                .ifPresent(failed -> forget.add(table.sql().forgetFailure(failed.name())));
        List<Step> steps = plan.steps();
        // before the record is written: what is not so is not recorded
        List<String> observed =
                observance.sql(steps.get(steps.size() - 1).name().equals(step.name()));
        return duration -> {
            List<String> all = new ArrayList<>(forget);
            String record = record(step, duration);
            if (!record.isEmpty()) {
                all.add(0, record);
            }
            all.addAll(0, observed);
            return String.join(";", all);
        };
    }

    private String record(Step step, String duration) {
        int statements = step.commands().count();
        if (step instanceof Step.Apply apply) {
            return table.sql().applied(apply.migration(), statements, plan.digest(), run, duration);
        }
        if (step instanceof Step.Repeat repeat) {
            return table.sql().repeated(repeat.repeatable(), statements, plan.digest(), run, duration);
        }
        @Nullable Entry entry = ((Step.Rollback) step).entry();
        return entry == null ? "" : table.sql().rolledBack(entry, run);
    }

    /** Flags the step, so that it is not tried again unchanged; a failure to do so must not hide the first one. */
    private void remember(Step step, LockkeeperException told) {
        Problem problem = told.problems().get(0);
        if (!Outcome.lasting(problem)) {
            return;
        }
        try {
            control.execute(table.sql().failed(step.name(), step.direction(), step.script(), problem, run));
        } catch (SqlFailure e) {
            told.addSuppressed(e);
        }
    }
}
