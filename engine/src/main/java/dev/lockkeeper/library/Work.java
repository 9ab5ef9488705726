package dev.lockkeeper.library;

import dev.lockkeeper.Lockkeeper;
import dev.lockkeeper.apply.Event;
import dev.lockkeeper.database.Pool;
import dev.lockkeeper.loss.Loss;
import dev.lockkeeper.plan.Plan;
import dev.lockkeeper.plan.Request;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Folder;
import dev.lockkeeper.source.Migrations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Carries out one call: opens what it needs, and leaves nothing open. */
record Work(DataSource source, Settings settings, ReentrantLock turn) {
    PlanResult plan(Request request) {
        return with(component -> {
            Plan plan = component.plan(request);
            return PlanResult.of(
                    plan, component.losses(plan), component.migrations().warnings());
        });
    }

    void validate() {
        with(component -> component.plan(Request.apply()));
    }

    StatusResult status() {
        return with(component ->
                StatusResult.of(component.status(), component.migrations().warnings()));
    }

    RunResult run(Request request) {
        takeTurn();
        try {
            return with(component -> run(component, request));
        } finally {
            turn.unlock();
        }
    }

    /** Threads of one program do not take each other's connections while they wait for the runner lock. */
    private void takeTurn() {
        try {
            if (turn.tryLock(settings.runnerLock().toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw Problem.of(Code.RUNNER_LOCK_HELD, "another thread of this program is at work on the same DataSource")
                .because(
                        Thread.currentThread().isInterrupted()
                                ? "this thread was interrupted while it waited"
                                : "it was not done in time")
                .help("wait for it; runnerLockTimeout(...) says how long")
                .asException();
    }

    private RunResult run(Lockkeeper component, Request request) {
        List<RunResult.Step> steps = new ArrayList<>();
        List<UUID> runs = new ArrayList<>();
        Plan plan = component.run(request, settings.runnerLock(), event -> {
            if (event instanceof Event.Entered entered) {
                runs.add(entered.run());
            } else if (event instanceof Event.StepFinished finished) {
                steps.add(step(finished));
            }
            settings.listener().accept(event);
            if (event instanceof Event.Planned planned) {
                // under the lock, so that what was accepted is what goes
                requireAccepted(component.losses(planned.plan()));
            }
        });
        @Nullable UUID run = runs.isEmpty() ? null : runs.get(0);
        return new RunResult(
                plan.component(),
                plan.direction(),
                run,
                plan.digest(),
                steps,
                component.migrations().warnings());
    }

    private static RunResult.Step step(Event.StepFinished finished) {
        return new RunResult.Step(
                finished.step().name(),
                finished.step().description(),
                finished.step().script().file(),
                finished.step().resumed(),
                finished.manner(),
                Duration.ofNanos(finished.nanos()));
    }

    private void requireAccepted(List<Loss> losses) {
        if (losses.isEmpty() || settings.acceptLoss()) {
            return;
        }
        throw Problem.of(Code.ROLLBACK_UNCONFIRMED, "the rollback would take data away")
                .because(losses.stream().map(Loss::sentence).collect(Collectors.joining("; ")))
                .help("make sure that nobody needs it, or save it, and say acceptLoss()")
                .note("kept: everything; nothing was rolled back")
                .asException();
    }

    private <T> T with(Function<Lockkeeper, T> work) {
        Location location = settings.location();
        if (location == null) {
            throw Problem.of(Code.USAGE, "it was not said where the migrations are")
                    .help("say migrations(\"classpath:db/migration\"), or give the path of a folder")
                    .asException();
        }
        try (Opened opened = location.open(loader());
                Pool pool = new Pool(source)) {
            Migrations migrations = Migrations.read(
                    new Folder(settings.component(), opened.roots(), settings.convention(), settings.replaced()));
            return work.apply(Lockkeeper.of(settings.asProject(), settings.asComponent(), migrations, pool));
        }
    }

    private ClassLoader loader() {
        ClassLoader named = settings.loader();
        ClassLoader ofThread = Thread.currentThread().getContextClassLoader();
        return named != null
                ? named
                : ofThread != null ? ofThread : Objects.requireNonNull(Work.class.getClassLoader());
    }
}
