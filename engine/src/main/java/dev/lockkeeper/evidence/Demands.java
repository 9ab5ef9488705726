package dev.lockkeeper.evidence;

import dev.lockkeeper.gate.EnvironmentRules;
import dev.lockkeeper.gate.PlanFile;
import dev.lockkeeper.project.Environment;
import dev.lockkeeper.project.Project;
import dev.lockkeeper.project.Roles;
import java.util.List;

/**
 * What an environment demanded of approvals when a bundle was put together.
 *
 * @param approvals how many
 * @param approvers whose approvals count; empty for those of all who may sign
 */
public record Demands(int approvals, List<String> approvers) {
    public Demands {
        approvers = List.copyOf(approvers);
    }

    /**
     * What the environment of a plan demands of its components, by what the project says now.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code usage} when the project does not know it any more
     */
    public static Demands of(Project project, PlanFile plan) {
        Environment environment = project.environment(plan.environment());
        int approvals = project.components().stream()
                .filter(component ->
                        plan.parts().stream().anyMatch(part -> part.component().equals(component.name())))
                .mapToInt(component ->
                        EnvironmentRules.of(project, environment, component).approvals())
                .max()
                .orElse(0);
        return new Demands(approvals, environment.protection().roles().approvers());
    }

    Roles roles() {
        return new Roles(List.of(), approvers, List.of(), List.of());
    }
}
