package dev.lockkeeper.apply;

import dev.lockkeeper.plan.Plan;
import dev.lockkeeper.plan.Step;
import dev.lockkeeper.problem.Place;
import java.time.Duration;
import java.util.List;

/** What happens during a run, told to one listener in the order in which it happens. */
public sealed interface Event {
    /** Another run holds the runner lock. */
    record Waiting(String component, String holder) implements Event {}

    /** The plan is made; it may be empty. */
    record Planned(Plan plan) implements Event {}

    /** Others hold what a statement of the run waits for; told by another thread than the rest. */
    record Blocked(List<Blocker> by) implements Event {}

    /**
     * An index is being built; told by another thread than the rest.
     *
     * @param percent of the blocks that this phase reads; negative when the server does not say
     */
    record Building(String phase, int percent) implements Event {}

    /** A lock was not to be had in time, or a deadlock was ended; nothing of the attempt remains. */
    record Retrying(int attempt, int of, Duration pause, List<Blocker> by) implements Event {}

    /** A statement of a down script found nothing of what it takes back, since the apply of it was not finished. */
    record NothingToTakeBack(Place place, String message) implements Event {}

    /** A step begins. */
    record StepStarted(Step step, int number, int of) implements Event {}

    /**
     * A step is done and in the history.
     *
     * @param nanos how long it took
     */
    record StepFinished(Step step, int number, int of, long nanos, ScriptRunner.Manner manner) implements Event {}
}
