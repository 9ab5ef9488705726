package dev.lockkeeper.apply;

import dev.lockkeeper.plan.Plan;
import dev.lockkeeper.plan.Step;

/** What happens during a run, told to one listener in the order in which it happens. */
public sealed interface Event {
    /** Another run holds the runner lock. */
    record Waiting(String component, String holder) implements Event {}

    /** The plan is made; it may be empty. */
    record Planned(Plan plan) implements Event {}

    /** A step begins. */
    record StepStarted(Step step, int number, int of) implements Event {}

    /**
     * A step is done and in the history.
     *
     * @param nanos how long it took
     */
    record StepFinished(Step step, int number, int of, long nanos, ScriptRunner.Manner manner) implements Event {}
}
