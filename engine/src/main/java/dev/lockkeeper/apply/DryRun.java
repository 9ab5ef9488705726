package dev.lockkeeper.apply;

import dev.lockkeeper.database.ScriptSession;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.history.Direction;
import dev.lockkeeper.plan.Plan;
import dev.lockkeeper.plan.Step;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.problem.ServerError;
import dev.lockkeeper.project.Hook;
import dev.lockkeeper.project.Hooks;
import dev.lockkeeper.source.Script;
import dev.lockkeeper.sql.Lasting;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Carries out the steps of a plan in one transaction, which is rolled back. A step that does not run in a transaction ends it: that one
 * and those after it, which may need what it makes, are left out.
 *
 * <p>When a lock is not to be had in time, the whole transaction is given up before the next attempt: what the steps before had locked
 * would stay locked during the pause.
 */
final class DryRun {
    /**
     * What the server refuses only because other scripts came before in the same transaction: a value of an enum that is new (55P04,
     * manual "ALTER TYPE", "Notes"), and a choice of the isolation level after the first query (25001, manual "SET TRANSACTION").
     */
    private static final Set<String> TOGETHER = Set.of("55P04", "25001");

    private final Plan plan;
    private final WorkSession work;
    private final Waiting waiting;
    private final Observance observance;
    private final Hooks hooks;
    private final Supplier<Session> questions;
    private final List<Draft> drafts = new ArrayList<>();
    private final List<Untried> untried = new ArrayList<>();
    private int at;

    /**
     * @param observance what is looked at when a script ends
     * @param hooks of which the checks run, in the same transaction
     * @param questions opens a session for a question
     */
    DryRun(
            Plan plan,
            WorkSession work,
            Waiting waiting,
            Observance observance,
            Hooks hooks,
            Supplier<Session> questions) {
        this.plan = plan;
        this.work = work;
        this.waiting = waiting;
        this.observance = observance;
        this.hooks = hooks;
        this.questions = questions;
    }

    /**
     * @return what was left out
     * @throws LockkeeperException when a step fails; nothing of any of them remains
     */
    List<Untried> run(Consumer<Event> listener) {
        for (Step step : plan.steps()) {
            if (untried.isEmpty()) {
                Draft draft = Draft.within(step.script(), step.commands(), ScriptRunner.Begin.FRESH, closing(step));
                whyNot(step, draft).ifPresentOrElse(untried::add, () -> drafts.add(draft));
            } else {
                untried.add(behind(step));
            }
        }
        tell(listener);
        if (!drafts.isEmpty()) {
            attempts(listener);
        }
        return List.copyOf(untried);
    }

    private void attempts(Consumer<Event> listener) {
        try {
            waiting.patiently(() -> attempt(listener));
        } catch (Sender.RefusedInTransaction refused) {
            ServerError error = refused.failure().cause().error();
            leaveOut(refused.failure().asException().problems().get(0), error.message());
        } catch (LockkeeperException e) {
            Problem problem = e.problems().get(0);
            ServerError server = problem.server();
            if (at > 0 && server != null && TOGETHER.contains(server.sqlState())) {
                leaveOut(problem, server.message() + ", together with the scripts before it");
                return;
            }
            throw told(e);
        } catch (SqlFailure e) {
            throw told(e.problem("a step could not be carried out").asException(e));
        }
    }

    /** The step that the server does not run so, and those after it. */
    private void leaveOut(Problem problem, String reason) {
        Place place = problem.place();
        untried.clear();
        for (Step step : plan.steps().subList(at, plan.steps().size())) {
            untried.add(untried.isEmpty() && place != null ? new Untried(step, place, reason) : behind(step));
        }
    }

    private static Untried behind(Step step) {
        return new Untried(step, Place.of(step.script().file()), "it comes after a step that was left out");
    }

    private Optional<Untried> whyNot(Step step, Draft draft) {
        Script script = step.script();
        boolean partial = step instanceof Step.Rollback rollback && rollback.entry() == null;
        if (step.resumed() || partial) {
            return Optional.of(new Untried(
                    step,
                    Place.of(script.file()),
                    "an earlier run has left it unfinished, and what it does depends on that"));
        }
        List<Script.Remark> outside = step.commands().outside();
        Place place = outside.isEmpty()
                ? Place.of(script.file())
                : script.place(outside.get(0).offset());
        return step.commands()
                .byStatement()
                .or(() ->
                        draft.isWhole(work) ? Optional.empty() : Optional.of("it runs code that may end transactions"))
                .map(reason -> new Untried(step, place, reason));
    }

    /** What will not be as in a real run, before it begins. */
    private void tell(Consumer<Event> listener) {
        List<Hook> around = new ArrayList<>(before());
        around.addAll(after());
        around.stream()
                .filter(hook -> hook instanceof Hook.Run)
                .forEach(hook -> listener.accept(new Event.Apart(
                        hook.place(), "a command of the project is not run: " + ((Hook.Run) hook).command())));
        for (Draft draft : drafts) {
            draft.commands()
                    .forEach(statement -> Lasting.of(statement)
                            .forEach(what -> listener.accept(new Event.Apart(
                                    draft.script().place(statement.start()),
                                    "no rollback takes this back: it " + what))));
        }
    }

    private List<Hook> before() {
        return plan.direction() == Direction.UP ? hooks.beforeApply() : hooks.beforeRollback();
    }

    private List<Hook> after() {
        return plan.direction() == Direction.UP ? hooks.afterApply() : hooks.afterRollback();
    }

    private Closing closing(Step step) {
        List<Step> steps = plan.steps();
        boolean last = steps.get(steps.size() - 1).name().equals(step.name());
        String observed = String.join(";", observance.sql(last));
        return duration -> observed;
    }

    private void attempt(Consumer<Event> listener) {
        at = 0;
        work.prepare();
        ScriptSession session = work.session();
        session.send("begin", notice -> {});
        try {
            checks(before(), Code.CHECK_FAILED);
            for (at = 0; at < drafts.size(); at++) {
                step(plan.steps().get(at), drafts.get(at), listener);
            }
            if (untried.isEmpty()) {
                checks(after(), Code.CHECK_AFTER_FAILED);
            }
        } finally {
            abandon(session);
        }
    }

    /** A connection that is lost has taken the transaction along. */
    private void abandon(ScriptSession session) {
        // what a transaction does not take back, such as advisory locks, goes with the session
        work.spoil();
        try {
            session.send("rollback", notice -> {});
        } catch (SqlFailure e) {
            session.cut();
        }
    }

    private void checks(List<Hook> demanded, Code code) {
        for (Hook hook : demanded) {
            Problem problem = hook instanceof Hook.Check check ? HookRunner.check(work, check) : null;
            if (problem != null) {
                throw problem.as(code).at(hook.place()).asException();
            }
        }
    }

    private void step(Step step, Draft draft, Consumer<Event> listener) {
        int of = plan.steps().size();
        listener.accept(new Event.StepStarted(step, at + 1, of));
        long start = System.nanoTime();
        ScriptSession session = work.session();
        if (at > 0) {
            session.send(Ending.BETWEEN, notice -> {});
        }
        ScriptRunner runner = new ScriptRunner(work, StatementJournal.NONE, this::noSettlement, waiting, false);
        runner.within(draft);
        if (!session.inTransaction()) {
            throw new IllegalStateException("a script has ended the transaction of a dry run: "
                    + step.script().file());
        }
        listener.accept(new Event.StepFinished(
                step, at + 1, of, System.nanoTime() - start, runner.rows(), ScriptRunner.Manner.TRANSACTION));
        boolean more = at + 1 < drafts.size();
        if (more
                && !session.inspect(work.facts().roleSettings().changedHere("false"))
                        .get(0)
                        .isEmpty()) {
            listener.accept(new Event.Apart(
                    Place.of(step.script().file()),
                    "it changes settings with which sessions begin; the scripts after it ran without them"));
        }
    }

    private Settlement noSettlement() {
        throw new IllegalStateException("nothing in a transaction is settled");
    }

    private LockkeeperException told(LockkeeperException e) {
        Limits limits = new Limits(questions, waiting.patience());
        @Nullable Step step = at < drafts.size() ? plan.steps().get(at) : null;
        String kept = plan.steps().subList(0, Math.min(at, drafts.size())).stream()
                .map(Step::name)
                .collect(Collectors.joining(", "));
        List<Problem> problems = new ArrayList<>();
        for (Problem problem : e.problems()) {
            Problem known = step == null ? problem : limits.explain(problem, step.script());
            if (Aftermath.isNeeded(known.code())) {
                known = known.help("run the same command again");
            }
            known = known.note("kept: nothing, for this was a dry run"
                    + (kept.isEmpty() ? "" : "; a real run would have kept " + kept));
            problems.add(at == 0 ? known : known.note("in a dry run all scripts run in one transaction"));
        }
        return new LockkeeperException(problems, e);
    }
}
