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
import java.util.stream.Stream;

/** LK21. */
public final class RebuildIndexForType implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "LK21",
                "type or collation change that rebuilds indexes",
                Severity.ERROR,
                """
                A change that leaves the stored values as they are can still change their order, such as another \
                collation. Then the indexes over the column are built anew under ACCESS EXCLUSIVE on the table: reads \
                and writes wait for each of them.""",
                "add a column of the new type, fill it in batches, index it concurrently, then swap the names",
                List.of(new RuleText.Example(
                        "create table t (a text); create index t_a on t (a);",
                        "alter table t alter column a type text collate \"C\";",
                        "alter table t add column b text collate \"C\";")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        for (Done done : migration.statements()) {
            Map<String, Set<String>> rebuilt = new LinkedHashMap<>();
            Set<String> copied =
                    Rewriting.of(migration, done).stream().map(Rewriting::table).collect(Collectors.toSet());
            rebuilt(done)
                    .forEach(index -> rebuilt.computeIfAbsent(
                                    migration.top(done, String.valueOf(index.table())), key -> new TreeSet<>())
                            .add(index.object()));
            rebuilt.forEach((table, indexes) -> {
                if (!copied.contains(table)) {
                    findings.add(
                            done.place(),
                            table,
                            "reads and writes of " + table + " wait while " + String.join(", ", indexes)
                                    + (indexes.size() == 1 ? " is" : " are") + " built anew");
                }
            });
        }
    }

    /** The indexes that a change of type makes anew, with another file. */
    static Stream<Effect> rebuilt(Done done) {
        return done.effects(Effect.Change.CHANGED, "index")
                .filter(index -> Shape.isRemade(index)
                        && index.now().is("relkind", "i")
                        && done.concernsOld(index)
                        && new Shape(done).retypes(index.table())
                        && !index.now()
                                .is("relfilenode", String.valueOf(index.was().get("relfilenode"))));
    }
}
