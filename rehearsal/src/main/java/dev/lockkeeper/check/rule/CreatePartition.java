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
import dev.lockkeeper.observation.LockMode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** LK29. */
public final class CreatePartition implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "LK29",
                "partition made with PARTITION OF",
                Severity.WARNING,
                """
                CREATE TABLE ... PARTITION OF takes ACCESS EXCLUSIVE on the parent until the transaction ends: every \
                query of the whole partitioned table waits behind it. Where the parent has foreign keys, the tables \
                that they name are locked in SHARE ROW EXCLUSIVE too.""",
                "create the table by itself (like the parent), then attach partition, which lets reads and writes of the parent go on",
                List.of(
                        new RuleText.Example(
                                "create table p (id int, day date) partition by range (day);",
                                "create table p1 partition of p for values from ('2026-01-01') to ('2026-02-01');",
                                "create table p1 (like p); alter table p attach partition p1 for values from ('2026-01-01') to ('2026-02-01');")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        for (Done done : migration.statements()) {
            Set<String> told = new HashSet<>();
            created(done).forEach(table -> {
                String parent = migration.parent(table.object()).orElseGet(() -> locked(done));
                if (done.holds(parent, LockMode.ACCESS_EXCLUSIVE) && done.existed(parent) && told.add(parent)) {
                    String others = done.locks()
                            .filter(lock -> lock.mode() == LockMode.SHARE_ROW_EXCLUSIVE && !lock.isOnIndex())
                            .map(Lock::relation)
                            .collect(Collectors.joining(", "));
                    findings.add(
                            done.place(),
                            parent,
                            "reads and writes of " + parent
                                    + (others.isEmpty() ? "" : ", and writes of " + others + ",")
                                    + " wait to the end of the transaction that makes " + table.object());
                }
            });
        }
    }

    /** The partitions that are made as such. */
    static Stream<Effect> created(Done done) {
        return done.effects(Effect.Change.CREATED, "table")
                .filter(table -> table.now().is("relispartition"));
    }

    /** The parent, where the partition is not there any more after the migration. */
    private static String locked(Done done) {
        return done.locks(LockMode.ACCESS_EXCLUSIVE)
                .filter(lock -> lock.kind() == 'p')
                .map(Lock::relation)
                .findFirst()
                .orElse("");
    }

    @Override
    public void written(Written migration, Findings findings) {
        for (Clause clause : migration.clauses()) {
            int at = clause.creates().isPresent() ? after(clause) : 0;
            if (at > 0 && !clause.isNew(clause.name(at))) {
                String parent = clause.name(at);
                findings.add(
                        clause.place(),
                        parent,
                        "reads and writes of " + parent + " wait to the end of the transaction");
            }
        }
    }

    /** The token after PARTITION OF; 0 when the text does not have it. */
    private static int after(Clause clause) {
        for (int at = 0; at < clause.reading().size() && !clause.reading().isOpen(at); at++) {
            if (clause.reading().isPhrase(at, "partition", "of")) {
                return at + 2;
            }
        }
        return 0;
    }
}
