package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Done;
import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import java.util.List;

/** LK07. */
public final class PromoteNullableIndex implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "LK07",
                "primary key over columns that allow NULL",
                Severity.ERROR,
                """
                PRIMARY KEY USING INDEX saves the build of the index, but columns that allow NULL are made NOT NULL on \
                the way: under ACCESS EXCLUSIVE the whole table is read, while reads and writes wait. A valid CHECK \
                (column IS NOT NULL) makes that pass unnecessary.""",
                "add a CHECK (column is not null) NOT VALID, validate it in another transaction, then add the primary key",
                List.of(
                        new RuleText.Example(
                                "create table t (id bigint, a int); create unique index t_u on t (id);",
                                "alter table t add primary key using index t_u;",
                                "alter table t add constraint id_there check (id is not null) not valid; create index concurrently t_a on t (a); alter table t validate constraint id_there; alter table t add primary key using index t_u;")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        for (Done done : migration.statements()) {
            new Shape(done)
                    .constraints("p")
                    .filter(one -> !new Shape(done).builds(one) && migration.reads(done, String.valueOf(one.table())))
                    .forEach(one -> findings.add(
                            done.place(),
                            one.object(),
                            "reads and writes of " + one.table() + " wait while all of it is read for NULL in "
                                    + SetNotNull.columns(done, String.valueOf(one.table()))));
        }
    }
}
