package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Done;
import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.observation.LockMode;
import java.util.List;
import java.util.stream.Stream;

/** LK28. */
public final class AttachBesideDefault implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "LK28",
                "new partition beside a DEFAULT partition",
                Severity.ERROR,
                """
                A new partition takes values out of what the DEFAULT partition accepts. The DEFAULT partition is \
                locked in ACCESS EXCLUSIVE and all of it is read for rows that belong to the new one, once for each \
                new partition.""",
                "keep the DEFAULT partition empty, or give it a validated CHECK that excludes the new bounds",
                List.of(
                        new RuleText.Example(
                                "create table p (id int, day date) partition by range (day); create table rest partition of p default; create table x (id int, day date, check (day is not null and day >= '2026-01-01' and day < '2026-02-01'));",
                                "alter table p attach partition x for values from ('2026-01-01') to ('2026-02-01');",
                                "alter table rest add constraint other check (day is not null and day < '2026-01-01') not valid;"),
                        new RuleText.Example(
                                "create table p (id int, day date) partition by range (day); create table rest partition of p default;",
                                "create table x partition of p for values from ('2026-01-01') to ('2026-02-01');",
                                "create table x (id int, day date);")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        for (Done done : migration.statements()) {
            // under a new partition nothing else is read, be the DEFAULT partition divided itself
            boolean reads = done.scans().anyMatch(scan -> done.holds(scan.relation(), LockMode.ACCESS_EXCLUSIVE));
            Stream.concat(
                            AttachPartition.attached(done)
                                    .map(table -> rest(migration, table.object()))
                                    .filter(done::scans),
                            CreatePartition.created(done)
                                    .map(table -> rest(migration, table.object()))
                                    .filter(rest -> reads && done.existed(rest)))
                    .filter(rest -> !rest.isEmpty())
                    .distinct()
                    .forEach(rest -> findings.add(
                            done.place(), rest, "reads and writes of " + rest + " wait while all of it is read"));
        }
    }

    /** The DEFAULT partition beside a partition; empty when there is none. */
    static String rest(Rehearsed migration, String partition) {
        return migration
                .table(partition)
                .map(table -> table.traits().get("default"))
                .filter(rest -> !rest.equals(partition))
                .orElse("");
    }
}
