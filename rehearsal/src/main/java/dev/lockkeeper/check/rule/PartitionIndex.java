package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Done;
import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.observation.Part;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** FN05. An index of the parent makes those of its partitions, so only what partitions have of their own is compared. */
public final class PartitionIndex implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "FN05",
                "partition without an index of its siblings",
                Severity.WARNING,
                """
                Most partitions of the table have an index that the new one lacks, for it belongs to them and not to their parent. Queries that reach the new \
                partition read all of it, and a unique index does not hold there.""",
                "create the index on the partition before it is attached, or once on the parent",
                List.of(new RuleText.Example(
                        "create table p (id bigint, a int) partition by range (id);"
                                + " create table p1 partition of p for values from (0) to (10); create index on p1 (a);",
                        "create table p2 partition of p for values from (10) to (20);",
                        "create table p2 partition of p for values from (10) to (20); create index on p2 (a);")));
    }

    /** The partitions that a migration makes or attaches, each with the statement. */
    static List<Map.Entry<Done, Part>> added(Rehearsed migration) {
        return migration.statements().stream()
                .flatMap(done -> done.seen().effects().stream()
                        .filter(one -> one.type().equals("table")
                                && one.now().is("relispartition")
                                && !one.was().is("relispartition"))
                        .flatMap(one -> migration
                                .parts(Part.Kind.PARTITION)
                                .filter(part -> part.name().equals(one.object()))
                                .map(part -> Map.entry(done, part))))
                .toList();
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        added(migration).forEach(added -> {
            Part partition = added.getValue();
            List<Part> siblings = migration
                    .parts(Part.Kind.PARTITION, partition.table())
                    .filter(part -> !part.name().equals(partition.name()))
                    .toList();
            Map<String, Long> usual = siblings.stream()
                    .flatMap(part -> indexes(part).stream())
                    .collect(Collectors.groupingBy(index -> index, TreeMap::new, Collectors.counting()));
            String missing = usual.entrySet().stream()
                    .filter(index -> index.getValue() * 2 > siblings.size()
                            && !indexes(partition).contains(index.getKey()))
                    .map(index -> index.getKey().strip())
                    .collect(Collectors.joining(", "));
            if (!missing.isEmpty()) {
                findings.add(
                        added.getKey().place(),
                        partition.name(),
                        partition.name() + " has no index " + missing + ", as most of its siblings have");
            }
        });
    }

    private static Set<String> indexes(Part partition) {
        return partition.traits().values().getOrDefault("indexes", "").lines().collect(Collectors.toSet());
    }
}
