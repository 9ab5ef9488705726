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

/** LK02. */
public final class DropIndex implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "LK02",
                "index dropped without CONCURRENTLY",
                Severity.WARNING,
                """
                DROP INDEX takes ACCESS EXCLUSIVE on the table of the index until the transaction ends. It waits for \
                every query that uses the table, and everything that comes after it, reads too, queues behind it for \
                as long.""",
                "drop index concurrently, in a migration of its own",
                List.of(
                        new RuleText.Example(
                                "create table t (id bigint, a int); create index t_a on t (a);",
                                "drop index t_a;",
                                "drop index concurrently t_a;"),
                        new RuleText.Example(
                                "create table t (id bigint, a int); create index t_a on t (a);",
                                "do $$ begin drop index t_a; end $$;",
                                "drop index concurrently if exists t_a;")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        for (Done done : migration.statements()) {
            done.effects(Effect.Change.DROPPED, "index")
                    .filter(index -> done.concernsOld(index)
                            && done.existed(index.object())
                            && !index.was().is("relispartition")
                            && isAlone(done, index))
                    .forEach(index -> findings.add(
                            done.place(),
                            index.object(),
                            "reads and writes of " + index.table() + " wait while " + index.object() + " is dropped"));
        }
    }

    /** Whether it is not dropped with its table, a column or a constraint. */
    private static boolean isAlone(Done done, Effect index) {
        return done.seen().effects().stream()
                .noneMatch(one -> one.change() == Effect.Change.DROPPED
                        && (one.object().equals(index.table())
                                || (one.type().equals("table column")
                                        && one.was()
                                                .is(
                                                        "attrelid",
                                                        String.valueOf(
                                                                index.was().get("indrelid"))))
                                || (one.type().equals("table constraint")
                                        && one.was()
                                                .is(
                                                        "conindid",
                                                        String.valueOf(
                                                                index.was().get("oid"))))));
    }

    @Override
    public void written(Written migration, Findings findings) {
        for (Clause clause : migration.clauses()) {
            if (clause.begins("drop", "index") && !clause.begins("drop", "index", "concurrently")) {
                String index = clause.name(clause.afterOptions(2));
                if (!clause.isNew(index)) {
                    findings.add(
                            clause.place(), index, "reads and writes of its table wait while " + index + " is dropped");
                }
            }
        }
    }
}
