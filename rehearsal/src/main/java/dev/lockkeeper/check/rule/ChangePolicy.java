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
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** LK33. */
public final class ChangePolicy implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "LK33",
                "row security changed",
                Severity.WARNING,
                """
                CREATE, ALTER and DROP POLICY and every switch of row level security take ACCESS EXCLUSIVE on the \
                table until the transaction ends, although nothing of the table is read.""",
                "a short transaction of its own",
                List.of(
                        new RuleText.Example(
                                "create table t (id int);",
                                "create policy own on t using (true);",
                                "create table n (id int); create policy own on n using (true);"),
                        new RuleText.Example(
                                "create table t (id int);",
                                "alter table t enable row level security;",
                                "comment on table t is 'all';")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        for (Done done : migration.statements()) {
            done.seen().effects().stream()
                    .filter(one -> (one.type().equals("policy") && done.concernsOld(one)) || isSwitched(one))
                    .map(one -> one.table() == null ? one.object() : one.table())
                    .distinct()
                    .filter(table -> !done.drops(table)
                            && done.lock(table)
                                    .filter(lock -> lock.mode().blocksReads())
                                    .isPresent())
                    .forEach(table -> findings.add(
                            done.place(),
                            table,
                            "reads and writes of " + table
                                    + " wait to the end of the transaction for a change of its row security"));
        }
    }

    private static boolean isSwitched(Effect table) {
        return table.change() == Effect.Change.CHANGED
                && Stream.of("relrowsecurity", "relforcerowsecurity")
                        .anyMatch(trait -> table.was().get(trait) != null
                                && !Objects.equals(
                                        table.was().get(trait), table.now().get(trait)));
    }

    @Override
    public void written(Written migration, Findings findings) {
        for (Clause clause : migration.clauses()) {
            boolean policy = clause.begins("create", "policy")
                    || clause.begins("drop", "policy")
                    || clause.begins("alter", "policy")
                    || clause.actions().stream().anyMatch(at -> clause.actionHas(at, "row", "level", "security"));
            if (policy) {
                clause.oldTable()
                        .ifPresent(table -> findings.add(
                                clause.place(),
                                table,
                                "reads and writes of " + table + " wait to the end of the transaction"));
            }
        }
    }
}
