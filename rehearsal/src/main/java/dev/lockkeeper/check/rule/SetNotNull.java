package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Done;
import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.observation.Effect;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** LK15. */
public final class SetNotNull implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "LK15",
                "NOT NULL that reads the table",
                Severity.ERROR,
                """
                SET NOT NULL takes ACCESS EXCLUSIVE on the table and reads all of it for NULL values; reads and writes \
                wait for that pass. Where a valid CHECK (column IS NOT NULL) already proves it, PostgreSQL does not \
                read the table.""",
                "add CHECK (column is not null) NOT VALID, validate it in another transaction, then set not null; from 18 on add a NOT NULL constraint NOT VALID and validate it",
                List.of(
                        new RuleText.Example(
                                "create table t (id int, a int);",
                                "alter table t alter column a set not null;",
                                "alter table t add constraint a_there check (a is not null) not valid;"),
                        new RuleText.Example(
                                "create table t (id int, a int, constraint a_there check (a is not null));",
                                "alter table t alter column id set not null;",
                                "alter table t alter column a set not null;")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        for (Done done : migration.statements()) {
            tables(migration, done)
                    .forEach(table -> findings.add(
                            done.place(),
                            table,
                            "reads and writes of " + table + " wait while all of it is read for NULL in "
                                    + columns(done, table)));
        }
    }

    /** Those that are read for it. What a primary key does is told by LK06 and LK07; one that is copied is checked on the way. */
    static Set<String> tables(Rehearsed migration, Done done) {
        Set<String> copied =
                Rewriting.of(migration, done).stream().map(Rewriting::table).collect(Collectors.toSet());
        new Shape(done).constraints("p").forEach(one -> copied.add(String.valueOf(one.table())));
        return closed(done)
                .map(column -> migration.top(done, String.valueOf(column.table())))
                .filter(table -> !copied.contains(table) && migration.reads(done, table))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The columns of a table that a statement closes to NULL. */
    static String columns(Done done, String table) {
        return closed(done)
                .filter(column -> column.now().is("table", table))
                .map(column -> String.valueOf(column.now().get("attname")))
                .collect(Collectors.joining(", "));
    }

    private static Stream<Effect> closed(Done done) {
        return done.effects(Effect.Change.CHANGED, "table column")
                .filter(column -> done.concernsOld(column)
                        && column.was().is("attnotnull", "false")
                        && column.now().is("attnotnull"));
    }
}
