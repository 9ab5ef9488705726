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

/** LK10. */
public final class AddReferencingColumn implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "LK10",
                "foreign key of a new column",
                Severity.ERROR,
                """
                REFERENCES behind a new column adds a foreign key in the same breath: while the column takes ACCESS \
                EXCLUSIVE on its table, the key takes SHARE ROW EXCLUSIVE on the table that it refers to, and both \
                stay to the end of the transaction. With a default the key is also checked for every row.""",
                "add the column, then the foreign key NOT VALID, then validate it, each in a transaction of its own",
                List.of(
                        new RuleText.Example(
                                "create table r (id int primary key); create table t (id int);",
                                "alter table t add column r_id int references r;",
                                "alter table t add column r_id int;"),
                        new RuleText.Example(
                                "create table r (id int primary key); insert into r values (1); create table t (id int); insert into t values (1);",
                                "alter table t add column r_id int default 1 references r;",
                                "alter table t add column r_id int default 1;")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        for (Done done : migration.statements()) {
            new Shape(done)
                    .constraints("f")
                    .filter(key -> AddForeignKey.isOfNewColumns(done, key))
                    .forEach(key -> {
                        String table = String.valueOf(key.table());
                        String other = String.valueOf(key.now().get("references"));
                        boolean checked = key.now().is("convalidated") && migration.reads(done, table);
                        if (checked || (done.existed(other) && !other.equals(table))) {
                            findings.add(
                                    done.place(),
                                    key.object(),
                                    "reads and writes of " + table
                                            + (done.existed(other) && !other.equals(table)
                                                    ? ", and writes of " + other + ","
                                                    : "")
                                            + (checked
                                                    ? " wait while every row is checked"
                                                    : " wait to the end of the transaction"));
                        }
                    });
        }
    }

    @Override
    public void written(Written migration, Findings findings) {
        for (Clause clause : migration.clauses()) {
            for (int action : clause.additions()) {
                if (clause.addsColumn(action) && clause.actionHas(action, "references")) {
                    String table = clause.table().orElse("");
                    findings.add(
                            clause.place(),
                            table,
                            "reads and writes of " + table
                                    + " and writes of the table that it refers to wait to the end of the transaction");
                    break;
                }
            }
        }
    }
}
