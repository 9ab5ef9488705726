package dev.lockkeeper.analytics.roll;

import dev.lockkeeper.analytics.quality.CheckResult;
import dev.lockkeeper.problem.Problem;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of a run of a rollup.
 *
 * @param run its id in the database; null when there was nothing to do
 * @param late marks of events that came when their bucket was sealed, and were recorded
 * @param work how long its transactions took
 * @param budget how long they might have taken; zero when no events were computed
 * @param checks those that did not pass
 * @param problems why buckets could not be computed, or were not published
 */
public record RollResult(
        String rollup,
        @Nullable Long run,
        State state,
        Tally tally,
        long late,
        Duration work,
        Duration budget,
        List<CheckResult> checks,
        List<Problem> problems) {
    public RollResult {
        checks = List.copyOf(checks);
        problems = List.copyOf(problems);
    }

    /** How it ended. */
    public enum State {
        /** Nothing had changed. */
        IDLE,
        /** Somebody else computes this rollup. */
        BUSY,
        /** All that had changed was computed. */
        DONE,
        /** It was told to stop; what is left has its marks. */
        STOPPED,
        /** Some buckets were not computed, and have their marks. */
        FAILED
    }

    /** Whether its transactions took longer than they may. */
    public boolean isOverBudget() {
        return !budget.isZero() && work.compareTo(budget) > 0;
    }
}
