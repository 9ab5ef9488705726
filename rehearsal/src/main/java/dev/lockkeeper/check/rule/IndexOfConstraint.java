package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Clause;
import dev.lockkeeper.check.Done;
import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Written;

/** The index that a constraint builds for itself. */
final class IndexOfConstraint {
    private IndexOfConstraint() {}

    /** @param type the letter of pg_constraint.contype */
    static void observed(Rehearsed migration, Findings findings, String type) {
        for (Done done : migration.statements()) {
            Shape shape = new Shape(done);
            shape.constraints(type)
                    .filter(one -> shape.builds(one) && migration.reads(done, String.valueOf(one.table())))
                    .forEach(one -> findings.add(
                            done.place(),
                            one.object(),
                            "reads and writes of " + one.table() + " wait while all of it is read and the index of "
                                    + one.now().get("conname") + " is built"));
        }
    }

    /** @param words with which the constraint is written */
    static void written(Written migration, Findings findings, String... words) {
        for (Clause clause : migration.clauses()) {
            for (int action : clause.additions()) {
                if (clause.actionHas(action, words) && !clause.actionHas(action, "using", "index")) {
                    String table = clause.table().orElse("");
                    findings.add(
                            clause.place(), table, "reads and writes of " + table + " wait while the index is built");
                    break;
                }
            }
        }
    }
}
