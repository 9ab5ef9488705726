package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Done;
import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.observation.Effect;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** LK22. */
public final class RecheckForType implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "LK22",
                "type change that checks constraints again",
                Severity.ERROR,
                """
                ALTER TYPE makes every CHECK over the column anew, and reads the table under ACCESS EXCLUSIVE to see \
                whether each row holds, even where the values stay as they are and the table is not copied.""",
                "drop the CHECK first, and add it NOT VALID afterwards and validate it in another transaction",
                List.of(new RuleText.Example(
                        "create table t (a varchar(10) check (a <> ''));",
                        "alter table t alter column a type varchar(20);",
                        "alter table t drop constraint t_a_check, alter column a type varchar(20);")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        for (Done done : migration.statements()) {
            Set<String> others =
                    Rewriting.of(migration, done).stream().map(Rewriting::table).collect(Collectors.toSet());
            RebuildIndexForType.rebuilt(done)
                    .forEach(index -> others.add(migration.top(done, String.valueOf(index.table()))));
            Map<String, Set<String>> checked = new LinkedHashMap<>();
            done.effects(Effect.Change.CHANGED, "table constraint")
                    .filter(one -> one.now().is("contype", "c")
                            && one.now().is("convalidated")
                            && Shape.isRemade(one)
                            && done.concernsOld(one)
                            && new Shape(done).retypes(one.table()))
                    .forEach(one -> checked.computeIfAbsent(
                                    migration.top(done, String.valueOf(one.table())), key -> new TreeSet<>())
                            .add(String.valueOf(one.now().get("conname"))));
            checked.forEach((table, constraints) -> {
                if (!others.contains(table) && migration.reads(done, table)) {
                    findings.add(
                            done.place(),
                            table,
                            "reads and writes of " + table + " wait while every row is checked against "
                                    + String.join(", ", constraints));
                }
            });
        }
    }
}
