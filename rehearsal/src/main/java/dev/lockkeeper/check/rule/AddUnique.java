package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.check.Written;
import java.util.List;

/** LK05. */
public final class AddUnique implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "LK05",
                "unique constraint that builds its index",
                Severity.ERROR,
                """
                ADD UNIQUE takes ACCESS EXCLUSIVE on the table and builds the index under it: reads and writes wait \
                while the whole table is read. On a partitioned table the partitions are kept from writing as well, \
                from PostgreSQL 18 on also from reading.""",
                "create unique index concurrently, then add constraint ... unique using index",
                List.of(
                        new RuleText.Example(
                                "create table t (id bigint, a int);",
                                "alter table t add constraint t_a unique (a);",
                                "create unique index concurrently t_a on t (a); alter table t add constraint t_a unique using index t_a;"),
                        new RuleText.Example(
                                "create table t (id bigint);",
                                "alter table t add column a int unique;",
                                "alter table t add column a int;"),
                        new RuleText.Example(
                                "create table p (id bigint, day date) partition by range (day); create table p1 partition of p for values from ('2026-01-01') to ('2026-02-01');",
                                "alter table p add unique (id, day);",
                                "create unique index on only p (id, day);")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        IndexOfConstraint.observed(migration, findings, "u");
    }

    @Override
    public void written(Written migration, Findings findings) {
        IndexOfConstraint.written(migration, findings, "unique");
    }
}
