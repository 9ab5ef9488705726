package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import java.util.List;

/** LK26. */
public final class RewriteTable implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "LK26",
                "table copied as a whole",
                Severity.ERROR,
                """
                The server wrote the table and all its indexes anew under ACCESS EXCLUSIVE, for a reason that has no \
                rule of its own, such as a new column of a domain with constraints. Reads and writes wait for a time \
                that grows with the table.""",
                "find what makes it copy, and do that to a new column or table which is filled in batches",
                List.of(new RuleText.Example(
                        "create domain positive as int check (value > 0); create table t (a int);",
                        "alter table t add column b positive;",
                        "alter table t add column b int;")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        Rewriting.each(
                migration,
                Rewriting.Cause.OTHER,
                (done, one) -> findings.add(done.place(), one.table(), one.waiting() + ""));
    }
}
