package dev.lockkeeper.analytics.verify;

import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.problem.Problem;
import java.util.List;

/**
 * What came of the verification of a rollup.
 *
 * @param rounds the transactions that computed the sample, in their order
 * @param problems what does not hold, with its reason
 */
public record Verification(Rollup rollup, List<Step> steps, List<Round> rounds, List<Problem> problems) {
    public Verification {
        steps = List.copyOf(steps);
        rounds = List.copyOf(rounds);
        problems = List.copyOf(problems);
    }

    public boolean holds() {
        return steps.stream().allMatch(Step::holds);
    }
}
