package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Clause;
import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.check.Written;
import dev.lockkeeper.sql.Reading;
import java.util.List;

/** FN06. What it costs the statement that adds a partition beside it is LK28. */
public final class DefaultPartition implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "FN06",
                "DEFAULT partition",
                Severity.NOTE,
                """
                It takes the rows that no other partition takes, so nobody notices that one is missing. From then on each new partition has to read all of it \
                under a lock, fails if rows in it belong to the new one, and no partition can be detached CONCURRENTLY.""",
                "make partitions in time, and let a row without one be an error",
                List.of(new RuleText.Example(
                        "create table p (id bigint) partition by range (id);",
                        "create table rest partition of p default;",
                        "create table p1 partition of p for values from (0) to (10);")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        PartitionIndex.added(migration).stream()
                .filter(added -> added.getValue().traits().is("bound", "DEFAULT"))
                .forEach(added -> findings.add(
                        added.getKey().place(),
                        added.getValue().name(),
                        added.getValue().name() + " takes the rows of "
                                + added.getValue().table() + " that no partition takes"));
    }

    @Override
    public void written(Written migration, Findings findings) {
        for (Clause clause : migration.clauses()) {
            Reading sql = clause.reading();
            boolean made = clause.begins("create", "table")
                    && clause.has("partition", "of")
                    && sql.word(sql.size() - 1).equals("default");
            boolean attached = clause.actions().stream().anyMatch(action -> sql.isPhrase(action, "attach", "partition"))
                    && sql.word(sql.size() - 1).equals("default");
            if (made || attached) {
                findings.add(
                        clause.place(),
                        clause.creates().or(clause::table).orElse(null),
                        "it takes the rows that no partition takes");
            }
        }
    }
}
