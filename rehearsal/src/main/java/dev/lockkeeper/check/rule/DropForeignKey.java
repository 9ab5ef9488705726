package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Done;
import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.observation.Effect;
import dev.lockkeeper.observation.LockMode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** LK12. */
public final class DropForeignKey implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "LK12",
                "foreign key dropped: locks the other table too",
                Severity.WARNING,
                """
                With a foreign key go its triggers on both tables, also when it goes with its column or its table. For \
                that PostgreSQL takes ACCESS EXCLUSIVE on the table that is referred to: reads and writes of a table \
                that the statement does not even name wait to the end of the transaction.""",
                "drop the foreign key first, in a short transaction of its own",
                List.of(
                        new RuleText.Example(
                                "create table r (id int primary key); create table t (id int, r_id int references r);",
                                "alter table t drop constraint t_r_id_fkey;",
                                "alter table t add column note text;"),
                        new RuleText.Example(
                                "create table r (id int primary key); create table t (id int, r_id int references r);",
                                "drop table t;",
                                "truncate t;"),
                        new RuleText.Example(
                                "create table r (id int primary key); create table t (id int, r_id int references r);",
                                "alter table t drop column r_id;",
                                "alter table t drop column id;")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        for (Done done : migration.statements()) {
            Set<String> told = new HashSet<>();
            done.effects(Effect.Change.DROPPED, "table constraint")
                    .filter(key -> key.was().is("contype", "f"))
                    .forEach(key -> {
                        String other = String.valueOf(key.was().get("references"));
                        boolean locks = done.locks(LockMode.ACCESS_EXCLUSIVE)
                                .anyMatch(lock -> lock.relation().equals(other));
                        // one that the statement concerns itself is no surprise
                        if (locks && !done.concerned().contains(other) && told.add(other)) {
                            findings.add(
                                    done.place(),
                                    other,
                                    "reads and writes of " + other
                                            + " wait to the end of the transaction that drops a foreign key of "
                                            + key.table());
                        }
                    });
        }
    }
}
