package dev.lockkeeper.evidence;

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

    Roles roles() {
        return new Roles(List.of(), approvers, List.of(), List.of());
    }
}
