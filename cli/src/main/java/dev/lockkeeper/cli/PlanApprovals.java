package dev.lockkeeper.cli;

import dev.lockkeeper.evidence.Demands;
import dev.lockkeeper.gate.AllowedSigners;
import dev.lockkeeper.gate.Approval;
import dev.lockkeeper.gate.Approvals;
import dev.lockkeeper.gate.PlanFile;
import dev.lockkeeper.project.Project;
import dev.lockkeeper.report.Json;
import dev.lockkeeper.report.Style;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Who has approved a plan file, by what is known here; applying asks again.
 *
 * @param judged those that count, and why others do not
 * @param demanded how many the environment of the plan wants
 */
record PlanApprovals(Approvals judged, int demanded) {
    /**
     * Judges them.
     *
     * @param given that lie beside the plan or are kept in the record
     * @param authors of its scripts, by what the repository says now
     */
    static PlanApprovals of(List<Approval> given, PlanFile plan, Project project, List<String> authors) {
        Approvals judged = Approvals.judge(
                given,
                plan.digest(),
                plan.involved(authors),
                AllowedSigners.read(project.signers()),
                ApproveCommand.roles(project, plan),
                Instant.now());
        // of an environment that the project does not know any more nothing is demanded here
        int demanded = project.environments().containsKey(plan.environment())
                ? Demands.of(project, plan).approvals()
                : 0;
        return new PlanApprovals(judged, demanded);
    }

    boolean areEnough() {
        return judged.accepted().size() >= demanded;
    }

    List<String> lines(Style style) {
        List<String> lines = new ArrayList<>();
        String names = judged.accepted().stream().map(Approvals.Accepted::name).collect(Collectors.joining(", "));
        String count = judged.accepted().size() + " of " + demanded + (demanded == 1 ? " approval" : " approvals")
                + (names.isEmpty() ? "" : ", by " + Style.line(names));
        lines.add(areEnough() ? count : style.bad(count));
        judged.refused().forEach(refused -> lines.add("  does not count: " + Style.line(refused)));
        return lines;
    }

    void json(Json json) {
        json.texts(
                        "approvers",
                        judged.accepted().stream().map(Approvals.Accepted::name).toList())
                .put("approvalsDemanded", demanded)
                .texts("approvalsRefused", judged.refused());
    }
}
