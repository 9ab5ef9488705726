package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Clause;
import dev.lockkeeper.check.Done;
import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.check.Written;
import java.util.List;

/** LK08. */
public final class AddExclusion implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "LK08",
                "exclusion constraint",
                Severity.ERROR,
                """
                EXCLUDE takes ACCESS EXCLUSIVE on the table, builds an index and then looks up every row in it. Reads \
                and writes wait for two passes over the table. PostgreSQL has no way to add one beside running \
                traffic.""",
                "add it while the table is small, or in a maintenance window",
                List.of(
                        new RuleText.Example(
                                "create table t (id int, during int4range);",
                                "alter table t add constraint apart exclude using gist (during with &&);",
                                "create table n (id int, during int4range, constraint apart exclude using gist (during with &&));")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        for (Done done : migration.statements()) {
            new Shape(done)
                    .constraints("x")
                    .forEach(one -> findings.add(
                            done.place(),
                            one.object(),
                            "reads and writes of " + one.table() + " wait while the index of "
                                    + one.now().get("conname") + " is built and every row is looked up in it"));
        }
    }

    @Override
    public void written(Written migration, Findings findings) {
        for (Clause clause : migration.clauses()) {
            for (int action : clause.additions()) {
                if (clause.actionHas(action, "exclude") && !clause.addsColumn(action)) {
                    String table = clause.table().orElse("");
                    findings.add(
                            clause.place(),
                            table,
                            "reads and writes of " + table
                                    + " wait while the index is built and every row is looked up in it");
                    break;
                }
            }
        }
    }
}
