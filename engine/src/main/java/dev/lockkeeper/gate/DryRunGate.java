package dev.lockkeeper.gate;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.history.History;
import dev.lockkeeper.plan.Plan;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import java.util.List;

/**
 * The gate of an environment for dry runs. Their locks are real, so they are an operator's, keep to the maintenance windows, and stay
 * out where nothing is run; they keep nothing, so nobody has to approve them.
 */
public record DryRunGate(EnvironmentRules rules) implements Gate {
    @Override
    public Admission admit(Session session, History history, Plan plan) {
        if (plan.isEmpty() || rules.demandNothing()) {
            return Admission.free(plan);
        }
        List<Problem> problems = rules.against(session);
        if (!problems.isEmpty()) {
            throw new LockkeeperException(problems);
        }
        return Admission.free(plan);
    }
}
