package dev.lockkeeper.fleet;

import dev.lockkeeper.plan.Status;
import dev.lockkeeper.problem.Problem;
import java.util.List;

/**
 * Files and history side by side for one target of a fleet.
 *
 * @param components one for each component; empty when it could not be found out
 * @param problems why it could not be found out; empty when it could
 */
public record FleetStatus(String target, List<Status> components, List<Problem> problems) {
    public FleetStatus {
        components = List.copyOf(components);
        problems = List.copyOf(problems);
    }

    /** How many migrations of all components are in a state. */
    public long count(Status.State state) {
        return components.stream().mapToLong(c -> c.count(state)).sum();
    }

    /** Whether every migration is applied and nothing needs attention. */
    public boolean current() {
        return problems.isEmpty()
                && components.stream().flatMap(c -> c.rows().stream()).allMatch(r -> r.state() == Status.State.APPLIED);
    }
}
