package dev.lockkeeper.gate;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.history.History;
import dev.lockkeeper.plan.Plan;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import java.util.ArrayList;
import java.util.List;

/**
 * The gate of an environment for plans that come without a document. It asks the server nothing where nothing is demanded.
 *
 * @param record where open emergencies are kept
 */
public record EnvironmentGate(EnvironmentRules rules, GateRecord record) implements Gate {
    @Override
    public Admission admit(Session session, History history, Plan plan) {
        if (plan.isEmpty()) {
            return Admission.free(plan);
        }
        record.requireNamed(session, rules);
        if (rules.demandNothing()) {
            return Admission.free(plan);
        }
        List<Problem> problems = new ArrayList<>(rules.against(session));
        if (rules.closed().isEmpty() && rules.demandPlan()) {
            problems.add(unplanned(plan));
        }
        if (!problems.isEmpty()) {
            throw new LockkeeperException(problems);
        }
        return new Admission(plan, rules.environment(), List.of(), null, record.emergencies(session));
    }

    private Problem unplanned(Plan plan) {
        String command = plan.direction().command();
        return Problem.of(
                        Code.PLAN_NEEDED, "environment " + rules.environment() + " takes plans only that were approved")
                .because(
                        switch (rules.approvals()) {
                            case 0 -> "it names authors, and who has written the scripts stands in a plan file";
                            case 1 -> "it demands an approval, and an approval is of a plan file";
                            default ->
                                "it demands " + rules.approvals() + " approvals, and an approval is of a plan file";
                        })
                .help("lockkeeper plan" + (command.equals("rollback") ? " --rollback" : "") + " --environment "
                        + rules.environment() + " --out plan.json, then lockkeeper approve plan.json, then lockkeeper "
                        + command + " --plan plan.json" + rules.emergency());
    }
}
