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

/** LK04. */
public final class BuildPartitionedIndex implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "LK04",
                "index built on a partitioned table",
                Severity.ERROR,
                """
                CREATE INDEX on a partitioned table takes SHARE on the parent and on every partition at once and \
                builds one index after the other. Writes to all of them wait until the last index is ready; \
                CONCURRENTLY is refused there.""",
                "create index on only the parent, create index concurrently for each partition, then alter index ... attach partition",
                List.of(new RuleText.Example(
                        "create table p (id bigint, day date) partition by range (day); create table p1 partition of p for values from ('2026-01-01') to ('2026-02-01');",
                        "create index p_id on p (id);",
                        "create index p_id on only p (id);")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        for (Done done : migration.statements()) {
            Set<String> partitions = done.effects(Effect.Change.CREATED, "index")
                    .filter(index -> done.concernsOld(index)
                            && index.now().is("relkind", "i")
                            && index.now().is("relispartition"))
                    .map(index -> String.valueOf(index.table()))
                    .collect(Collectors.toCollection(TreeSet::new));
            new Shape(done)
                    .indexes()
                    .filter(index -> index.now().is("relkind", "I") && !partitions.isEmpty())
                    .forEach(index -> findings.add(
                            done.place(),
                            index.object(),
                            "writes of " + index.table() + " and its partitions " + String.join(", ", partitions)
                                    + " wait while an index is built on each of them"));
        }
    }
}
