package dev.lockkeeper.fleet;

import dev.lockkeeper.problem.Problem;
import java.util.List;

/**
 * What became of one target of a fleet.
 *
 * @param wave the wave that it belongs to, from 1 on
 * @param steps how many migrations this run applied or rolled back there; may be more than none after a failure too
 * @param nanos how long it took; 0 when it was not started
 * @param problems why it failed; empty when it did not
 */
public record FleetOutcome(String target, int wave, State state, int steps, long nanos, List<Problem> problems) {
    public FleetOutcome {
        problems = List.copyOf(problems);
    }

    /** How a target ended. */
    public enum State {
        /** This run had work there, and did it. */
        DONE,
        /** There was nothing to do. */
        ALREADY,
        /** Something went wrong; the same command tries it again. */
        FAILED,
        /** Another target failed before its turn came. */
        NOT_STARTED
    }
}
