package dev.lockkeeper.gate;

import dev.lockkeeper.plan.Plan;
import dev.lockkeeper.problem.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer of the gate to a plan that passes.
 *
 * @param plan what runs; of a plan file it has the digest
 * @param environment whose rules were kept; null when none were asked for
 * @param approvals on which it rests; empty when none are demanded
 * @param emergency why it passed without what the environment demands; null when it did not
 * @param notes what a person should know
 */
public record Admission(
        Plan plan,
        @Nullable String environment,
        List<Approvals.Accepted> approvals,
        @Nullable String emergency,
        List<Problem> notes) {
    public Admission {
        approvals = List.copyOf(approvals);
        notes = List.copyOf(notes);
    }

    /** Whether an environment had something to say. */
    public boolean isJudged() {
        return environment != null;
    }

    /** Of a plan that nobody had to judge. */
    public static Admission free(Plan plan) {
        return new Admission(plan, null, List.of(), null, List.of());
    }

    /** The names of those who have approved. */
    public List<String> approvers() {
        return approvals.stream().map(Approvals.Accepted::name).toList();
    }
}
