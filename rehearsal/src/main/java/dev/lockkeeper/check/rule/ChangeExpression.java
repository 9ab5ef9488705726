package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import java.util.List;

/** LK19. */
public final class ChangeExpression implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "LK19",
                "stored column computed in another way",
                Severity.ERROR,
                """
                SET EXPRESSION computes a stored column anew for every row: the table with all its indexes is copied \
                under ACCESS EXCLUSIVE, and reads and writes wait. A VIRTUAL column is computed when it is read and \
                costs nothing here.""",
                "add another column, move the readers to it, drop the old one",
                List.of(new RuleText.Example(
                        "create table t (a int, b int generated always as (a * 2) stored);",
                        "alter table t alter column b set expression as (a * 3);",
                        "alter table t add column c int generated always as (a * 3) virtual;")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        Rewriting.each(
                migration,
                Rewriting.Cause.EXPRESSION,
                (done, one) -> findings.add(
                        done.place(),
                        one.table(),
                        one.waiting() + " to compute " + one.columns(Rewriting.Cause.EXPRESSION) + " anew"));
    }
}
