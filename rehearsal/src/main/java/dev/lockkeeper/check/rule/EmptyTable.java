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

/** DT05. What CASCADE empties besides is DT06; partitions go with their parent. */
public final class EmptyTable implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "DT05",
                "table emptied by TRUNCATE",
                Severity.ERROR,
                """
                TRUNCATE throws all rows away without looking at them and fires no row triggers. It takes ACCESS EXCLUSIVE: \
                every reader and writer waits until the transaction ends, and transactions with an older snapshot see the table \
                as empty afterwards.""",
                "delete the rows in batches, after they have been copied to where they are still needed",
                List.of(
                        new RuleText.Example(
                                "create table t (id bigint); insert into t values (1);",
                                "truncate t;",
                                "delete from t where id = 1;"),
                        new RuleText.Example(
                                "create table p (id bigint) partition by range (id);"
                                        + " create table p1 partition of p for values from (0) to (10);",
                                "truncate table p;",
                                "create table n (id bigint); truncate n;"),
                        new RuleText.Example(
                                "create table t (id bigint);",
                                "do $$ begin truncate t; end $$;",
                                "do $$ begin delete from t where id = 1; end $$;")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        for (Done done : migration.statements()) {
            List<String> others = TruncateCascade.others(done);
            TruncateCascade.emptied(done)
                    .filter(table -> !others.contains(table))
                    .forEach(table -> findings.add(done.place(), table, "all rows of " + table + " are lost"));
        }
    }

    @Override
    public void written(Written migration, Findings findings) {
        for (Clause clause : migration.clauses()) {
            TruncateCascade.named(clause).stream()
                    .filter(table -> !clause.isNew(table))
                    .forEach(table -> findings.add(clause.place(), table, "all rows of " + table + " are lost"));
        }
    }
}
