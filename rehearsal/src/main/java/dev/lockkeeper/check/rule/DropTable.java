package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Clause;
import dev.lockkeeper.check.Done;
import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.check.Written;
import dev.lockkeeper.observation.Effect;
import java.util.List;

/** DT01. What goes with its schema is DT03, what CASCADE takes along DT04. */
public final class DropTable implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "DT01",
                "table dropped",
                Severity.ERROR,
                """
                DROP TABLE takes all rows with it; nothing but a backup brings them back, and a down script can only make an \
                empty table. Whatever still reads the table fails from the commit on.""",
                "rename the table, wait until nobody has missed it, and drop it in a later migration",
                List.of(
                        new RuleText.Example(
                                "create table t (id bigint);",
                                "drop table t;",
                                "create table n (id bigint); drop table n;"),
                        new RuleText.Example(
                                "create table p (id bigint) partition by range (id);"
                                        + " create table p1 partition of p for values from (0) to (10);",
                                "drop table p1;",
                                "alter table p detach partition p1;")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        for (Done done : migration.statements()) {
            boolean withSchema = done.lost("schema").findAny().isPresent();
            boolean withParent = done.lost("table").anyMatch(one -> one.was().is("relkind", "p"));
            List<Effect> taken = Taken.by(done);
            done.lost("table")
                    .filter(one ->
                            !withSchema && !(withParent && one.was().is("relispartition")) && !taken.contains(one))
                    .forEach(one ->
                            findings.add(done.place(), one.object(), "all rows of " + one.object() + " are lost"));
        }
    }

    @Override
    public void written(Written migration, Findings findings) {
        for (Clause clause : migration.clauses()) {
            if (clause.begins("drop", "table")) {
                clause.names(clause.afterOptions(2)).stream()
                        .filter(table -> !clause.isNew(table) && !table.startsWith("pg_temp."))
                        .forEach(table -> findings.add(clause.place(), table, "all rows of " + table + " are lost"));
            }
        }
    }
}
