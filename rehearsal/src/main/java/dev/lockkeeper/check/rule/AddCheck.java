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
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** LK13. */
public final class AddCheck implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "LK13",
                "check constraint validated at once",
                Severity.ERROR,
                """
                ADD CHECK takes ACCESS EXCLUSIVE on the table and reads all of it to see whether each row holds. Reads \
                and writes wait for that pass; a CHECK behind a new column does the same.""",
                "add it NOT VALID, then validate it in another transaction, which lets reads and writes go on",
                List.of(
                        new RuleText.Example(
                                "create table t (id int, a int);",
                                "alter table t add constraint positive check (a > 0);",
                                "alter table t add constraint positive check (a > 0) not valid;"),
                        new RuleText.Example(
                                "create table t (id int);",
                                "alter table t add column a int check (a > 0);",
                                "alter table t add column a int;"),
                        new RuleText.Example(
                                "create table t (id int, a int constraint positive check (a > 0));",
                                "alter table t drop constraint positive, add constraint positive check (a > 1);",
                                "alter table t drop constraint positive, add constraint positive check (a > 1) not valid;")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        for (Done done : migration.statements()) {
            checked(migration, done)
                    .forEach(one -> findings.add(
                            done.place(),
                            one.object(),
                            "reads and writes of " + one.table() + " wait while every row is checked against "
                                    + one.now().get("conname")));
        }
    }

    /** Those for which a table is read; one that is copied anyway is checked on the way. */
    static Stream<Effect> checked(Rehearsed migration, Done done) {
        Set<String> copied =
                Rewriting.of(migration, done).stream().map(Rewriting::table).collect(Collectors.toSet());
        return new Shape(done)
                .constraints("c")
                .filter(one -> done.seen().isTransactional()
                        && one.now().is("convalidated")
                        && !copied.contains(String.valueOf(one.table()))
                        && migration.reads(done, String.valueOf(one.table())));
    }

    @Override
    public void written(Written migration, Findings findings) {
        for (Clause clause : migration.clauses()) {
            for (int action : clause.additions()) {
                if (clause.actionHas(action, "check")
                        && !clause.actionHas(action, "not", "valid")
                        && !clause.actionHas(action, "not", "enforced")) {
                    String table = clause.table().orElse("");
                    findings.add(
                            clause.place(), table, "reads and writes of " + table + " wait while every row is checked");
                    break;
                }
            }
        }
    }
}
