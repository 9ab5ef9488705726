package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.check.Written;
import java.util.List;

/** LK06. */
public final class AddPrimaryKey implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "LK06",
                "primary key that builds its index",
                Severity.ERROR,
                """
                ADD PRIMARY KEY takes ACCESS EXCLUSIVE on the table. Under it the table is read once for NULL values, \
                where the columns allow them, and once more to build the index; reads and writes wait for both.""",
                "make the columns NOT NULL by way of a valid CHECK, create unique index concurrently, then add primary key using index",
                List.of(
                        new RuleText.Example(
                                "create table t (id bigint not null, a int);",
                                "alter table t add primary key (id);",
                                "create unique index concurrently t_pkey on t (id); alter table t add primary key using index t_pkey;"),
                        new RuleText.Example(
                                "create table t (a int);",
                                "alter table t add column id bigint primary key;",
                                "alter table t add column id bigint;")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        IndexOfConstraint.observed(migration, findings, "p");
    }

    @Override
    public void written(Written migration, Findings findings) {
        IndexOfConstraint.written(migration, findings, "primary", "key");
    }
}
