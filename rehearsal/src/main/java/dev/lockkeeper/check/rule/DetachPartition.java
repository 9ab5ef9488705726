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
import dev.lockkeeper.observation.Lock;
import java.util.List;

/** LK30. */
public final class DetachPartition implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "LK30",
                "partition detached without CONCURRENTLY",
                Severity.WARNING,
                """
                DETACH PARTITION takes ACCESS EXCLUSIVE on the parent and on the partition until the transaction ends: \
                every query of the whole partitioned table waits behind it. CONCURRENTLY waits for running queries \
                instead; it leaves a CHECK on what was the partition, and is refused while there is a DEFAULT \
                partition.""",
                "detach partition ... concurrently, in a migration of its own",
                List.of(new RuleText.Example(
                        "create table p (id int, day date) partition by range (day); create table p1 partition of p for values from ('2026-01-01') to ('2026-02-01');",
                        "alter table p detach partition p1;",
                        "alter table p detach partition p1 concurrently;")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        for (Done done : migration.statements()) {
            done.effects(Effect.Change.CHANGED, "table")
                    .filter(table -> done.existed(table.object())
                            && table.was().is("relispartition")
                            && table.now().is("relispartition", "false"))
                    .forEach(table -> done.blocking()
                            .filter(lock -> lock.kind() == 'p'
                                    && lock.mode().blocksReads()
                                    && !lock.relation().equals(table.object()))
                            .map(Lock::relation)
                            .sorted()
                            .findFirst()
                            .ifPresent(parent -> findings.add(
                                    done.place(),
                                    parent,
                                    "reads and writes of " + parent
                                            + " wait to the end of the transaction that detaches " + table.object())));
        }
    }

    @Override
    public void written(Written migration, Findings findings) {
        for (Clause clause : migration.clauses()) {
            for (int action : clause.actions()) {
                if (clause.oldTable().isPresent()
                        && (clause.reading().isPhrase(action, "detach", "partition")
                                && !clause.has("concurrently")
                                && !clause.has("finalize"))) {
                    String table = clause.table().orElse("");
                    findings.add(
                            clause.place(),
                            table,
                            "reads and writes of " + table + " wait to the end of the transaction");
                    break;
                }
            }
        }
    }
}
