package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Clause;
import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.check.Written;
import java.util.List;

/** LK20. */
public final class CopyForType implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "LK20",
                "type change that copies the table",
                Severity.ERROR,
                """
                Where the new type stores values in another way, or a USING expression computes them, ALTER TYPE \
                copies the table under ACCESS EXCLUSIVE and builds all its indexes anew; reads and writes wait. A \
                longer varchar, varchar to text and a numeric with more digits before the point need no copy.""",
                "add a column of the new type, fill it in batches beside a trigger that keeps both, then swap the names",
                List.of(
                        new RuleText.Example(
                                "create table t (a int);",
                                "alter table t alter column a type bigint;",
                                "alter table t add column a_new bigint;"),
                        new RuleText.Example(
                                "create table t (a text);",
                                "alter table t alter column a type int using a::int;",
                                "alter table t add column a_new int;"),
                        new RuleText.Example(
                                "create table t (a varchar(10));",
                                "alter table t alter column a type varchar(5);",
                                "alter table t alter column a type varchar(20);"),
                        new RuleText.Example(
                                "create table p (id int, day date) partition by range (day); create table p1 partition of p for values from ('2026-01-01') to ('2026-02-01');",
                                "alter table p alter column id type bigint;",
                                "alter table p add column big bigint;")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        Rewriting.each(
                migration,
                Rewriting.Cause.TYPE,
                (done, one) -> findings.add(
                        done.place(),
                        one.table(),
                        one.waiting() + " for the type of " + one.columns(Rewriting.Cause.TYPE)));
    }

    @Override
    public void written(Written migration, Findings findings) {
        for (Clause clause : migration.clauses()) {
            for (int action : clause.actions()) {
                // without USING only the old type tells, which the text does not have
                if (clause.oldTable().isPresent()
                        && clause.reading().word(action).equals("alter")
                        && clause.actionHas(action, "type")
                        && clause.actionHas(action, "using")) {
                    String table = clause.table().orElse("");
                    findings.add(
                            clause.place(),
                            table,
                            "reads and writes of " + table + " wait while all of it is copied for the new type");
                    break;
                }
            }
        }
    }
}
