package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Clause;
import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.check.Written;
import java.util.List;
import java.util.Set;

/** LK17. */
public final class AddSerialColumn implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "LK17",
                "new column that is numbered",
                Severity.ERROR,
                """
                serial, an identity or a default of nextval() gives each row that is there a number of its own: the \
                table with all its indexes is copied under ACCESS EXCLUSIVE, and reads and writes wait.""",
                "add a bigint column and a sequence, set the default, fill the old rows in batches, then add the identity",
                List.of(
                        new RuleText.Example(
                                "create table t (a int);",
                                "alter table t add column id bigserial;",
                                "alter table t add column id bigint; create sequence t_id owned by t.id; alter table t alter column id set default nextval('t_id');"),
                        new RuleText.Example(
                                "create table t (a int);",
                                "alter table t add column id bigint generated always as identity;",
                                "alter table t add column id bigint;"),
                        new RuleText.Example(
                                "create table t (a int); create sequence s;",
                                "alter table t add column id bigint default nextval('s');",
                                "alter table t add column id bigint default 0;")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        Rewriting.each(
                migration,
                Rewriting.Cause.SEQUENCE,
                (done, one) -> findings.add(
                        done.place(),
                        one.table(),
                        one.waiting() + " to number its rows in " + one.columns(Rewriting.Cause.SEQUENCE)));
    }

    @Override
    public void written(Written migration, Findings findings) {
        for (Clause clause : migration.clauses()) {
            for (int action : clause.additions()) {
                if (clause.addsColumn(action) && isNumbered(clause, action)) {
                    String table = clause.table().orElse("");
                    findings.add(
                            clause.place(),
                            table,
                            "reads and writes of " + table + " wait while all of it is copied to number its rows");
                    break;
                }
            }
        }
    }

    private static boolean isNumbered(Clause clause, int action) {
        int name = clause.reading().word(action + 1).equals("column")
                ? clause.afterOptions(action + 2)
                : clause.afterOptions(action + 1);
        return Set.of("serial", "bigserial", "smallserial", "serial4", "serial8", "serial2")
                        .contains(clause.reading().word(name + 1))
                || clause.actionHas(action, "as", "identity")
                || clause.actionHas(action, "default", "nextval");
    }
}
