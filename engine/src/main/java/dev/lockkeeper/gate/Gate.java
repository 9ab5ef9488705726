package dev.lockkeeper.gate;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.history.History;
import dev.lockkeeper.plan.Plan;

/** Decides whether a plan passes. It is asked under the runner lock, with the history on which the plan rests. */
@FunctionalInterface
public interface Gate {
    /** Lets everything pass and asks nobody. */
    Gate OPEN = (session, history, plan) -> Admission.free(plan);

    /**
     * Lets a plan pass, or not. It may be asked more than once.
     *
     * @param session with the database; in autocommit
     * @throws dev.lockkeeper.problem.LockkeeperException with all reasons against it
     */
    Admission admit(Session session, History history, Plan plan);
}
