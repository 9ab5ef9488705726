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

/** LK09. */
public final class AddForeignKey implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "LK09",
                "foreign key checked at once",
                Severity.ERROR,
                """
                ADD FOREIGN KEY takes SHARE ROW EXCLUSIVE on both tables until the transaction ends, and looks up \
                every row of the one in the other. INSERT, UPDATE and DELETE on either table wait for that; reads go \
                on.""",
                "add it NOT VALID, then validate it in another transaction, which lets reads and writes go on",
                List.of(
                        new RuleText.Example(
                                "create table r (id int primary key); create table t (id int, r_id int);",
                                "alter table t add foreign key (r_id) references r;",
                                "alter table t add foreign key (r_id) references r not valid;"),
                        new RuleText.Example(
                                "create table r (id int primary key); create table t (id int, r_id int, constraint r_there foreign key (r_id) references r);",
                                "alter table t drop constraint r_there, add constraint r_there foreign key (r_id) references r on delete cascade;",
                                "alter table t drop constraint r_there, add constraint r_there foreign key (r_id) references r on delete cascade not valid;")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        for (Done done : migration.statements()) {
            Stream.concat(
                            new Shape(done)
                                    .constraints("f")
                                    .filter(one -> one.now().is("convalidated")),
                            done.effects(Effect.Change.CHANGED, "table constraint")
                                    .filter(one -> isEnforced(done, one)))
                    .filter(one -> !isOfNewColumns(done, one))
                    .forEach(one -> findings.add(
                            done.place(),
                            one.object(),
                            "writes of " + tables(done, one) + " wait while every row of " + one.table()
                                    + " is checked"));
        }
    }

    /** Whether a key that was only written down is checked from now on, as PostgreSQL 18 has it. */
    private static boolean isEnforced(Done done, Effect key) {
        return key.now().is("contype", "f")
                && key.now().is("conparentid", "0")
                && key.was().is("conenforced", "false")
                && key.now().is("conenforced")
                && done.concernsOld(key);
    }

    /** Whether the statement has made all its columns; of these LK10 tells. */
    static boolean isOfNewColumns(Done done, Effect key) {
        Set<String> made = done.effects(Effect.Change.CREATED, "table column")
                .filter(column ->
                        column.now().is("attrelid", String.valueOf(key.now().get("conrelid"))))
                .map(column -> String.valueOf(column.now().get("attnum")))
                .collect(Collectors.toSet());
        String columns = String.valueOf(key.now().get("conkey")).replaceAll("[\\[\\] ]", "");
        return made.containsAll(List.of(columns.split(",", -1)));
    }

    /** The table of a key and the one that it refers to, without what the migration has made. */
    static String tables(Done done, Effect key) {
        return Stream.of(String.valueOf(key.table()), String.valueOf(key.now().get("references")))
                .filter(done::existed)
                .distinct()
                .collect(Collectors.joining(" and "));
    }

    @Override
    public void written(Written migration, Findings findings) {
        for (Clause clause : migration.clauses()) {
            for (int action : clause.additions()) {
                if (!clause.addsColumn(action)
                        && clause.actionHas(action, "foreign", "key")
                        && !clause.actionHas(action, "not", "valid")
                        && !clause.actionHas(action, "not", "enforced")) {
                    String table = clause.table().orElse("");
                    findings.add(
                            clause.place(),
                            table,
                            "writes of " + table
                                    + " and of the table that it refers to wait while every row is checked");
                    break;
                }
            }
        }
    }
}
