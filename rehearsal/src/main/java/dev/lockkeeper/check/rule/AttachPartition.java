package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Done;
import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.observation.Effect;
import dev.lockkeeper.observation.LockMode;
import dev.lockkeeper.observation.Scan;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** LK27. */
public final class AttachPartition implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "LK27",
                "partition attached without a proof",
                Severity.ERROR,
                """
                ATTACH PARTITION lets reads and writes of the parent go on, but takes ACCESS EXCLUSIVE on the table \
                that becomes a partition. Without a valid CHECK that implies its bounds all of it is read under that \
                lock, and indexes that it lacks are built.""",
                "add a CHECK with the bounds NOT VALID, validate it, build the indexes, then attach",
                List.of(
                        new RuleText.Example(
                                "create table p (id int, day date) partition by range (day); create table x (id int, day date);",
                                "alter table p attach partition x for values from ('2026-01-01') to ('2026-02-01');",
                                "create table n (id int, day date); alter table p attach partition n for values from ('2026-01-01') to ('2026-02-01');"),
                        new RuleText.Example(
                                "create table p (id int, day date) partition by range (day); create table x (id int, day date); create table y (id int, day date, check (day is not null and day >= '2026-01-01' and day < '2026-02-01'));",
                                "alter table p attach partition x for values from ('2026-01-01') to ('2026-02-01');",
                                "alter table p attach partition y for values from ('2026-01-01') to ('2026-02-01');")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        for (Done done : migration.statements()) {
            attached(done).filter(table -> done.existed(table.object())).forEach(table -> {
                String rest = AttachBesideDefault.rest(migration, table.object());
                String read = done.scans()
                        .map(Scan::relation)
                        .filter(one -> !one.equals(rest) && done.holds(one, LockMode.ACCESS_EXCLUSIVE))
                        .collect(Collectors.joining(", "));
                if (!read.isEmpty()) {
                    findings.add(
                            done.place(),
                            table.object(),
                            "reads and writes of " + read + " wait while all of it is read");
                }
            });
        }
    }

    /** The tables that become partitions. */
    static Stream<Effect> attached(Done done) {
        return done.effects(Effect.Change.CHANGED, "table")
                .filter(table ->
                        table.was().is("relispartition", "false") && table.now().is("relispartition"));
    }
}
