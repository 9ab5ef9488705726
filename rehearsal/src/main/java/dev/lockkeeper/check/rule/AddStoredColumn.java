package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Clause;
import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.check.Written;
import java.util.List;

/** LK18. */
public final class AddStoredColumn implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "LK18",
                "new column that is computed and stored",
                Severity.ERROR,
                """
                GENERATED ALWAYS AS (...) STORED computes the column for every row that is there: the table with all \
                its indexes is copied under ACCESS EXCLUSIVE, and reads and writes wait.""",
                "a plain column kept by a trigger and filled in batches, or from 18 on a VIRTUAL column",
                List.of(new RuleText.Example(
                        "create table t (a int);",
                        "alter table t add column twice int generated always as (a * 2) stored;",
                        "alter table t add column twice int generated always as (a * 2) virtual;")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        Rewriting.each(
                migration,
                Rewriting.Cause.GENERATED,
                (done, one) -> findings.add(
                        done.place(),
                        one.table(),
                        one.waiting() + " to compute " + one.columns(Rewriting.Cause.GENERATED)));
    }

    @Override
    public void written(Written migration, Findings findings) {
        for (Clause clause : migration.clauses()) {
            for (int action : clause.additions()) {
                if (clause.addsColumn(action)
                        && clause.actionHas(action, "generated", "always", "as")
                        && clause.actionHas(action, "stored")) {
                    String table = clause.table().orElse("");
                    findings.add(
                            clause.place(),
                            table,
                            "reads and writes of " + table
                                    + " wait while all of it is copied to compute the new column");
                    break;
                }
            }
        }
    }
}
