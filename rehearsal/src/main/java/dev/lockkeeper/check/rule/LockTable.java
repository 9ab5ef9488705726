package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Clause;
import dev.lockkeeper.check.Done;
import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.check.Written;
import dev.lockkeeper.observation.LockMode;
import dev.lockkeeper.observation.Observation;
import java.util.List;

/** LK41. */
public final class LockTable implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "LK41",
                "LOCK TABLE that keeps others out",
                Severity.WARNING,
                """
                LOCK TABLE without a mode is ACCESS EXCLUSIVE: reads and writes wait until the transaction ends. From \
                SHARE on writes wait. A statement takes the lock that it needs by itself.""",
                "leave it out, or name a mode that lets others go on, such as share update exclusive",
                List.of(
                        new RuleText.Example(
                                "create table t (a int);",
                                "lock table t;",
                                "lock table t in share update exclusive mode;"),
                        new RuleText.Example(
                                "create table t (a int);",
                                "do $$ begin lock table t in share mode; end $$;",
                                "do $$ begin lock table t in row exclusive mode; end $$;")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        for (Done done : migration.statements()) {
            Observation seen = done.seen();
            boolean nothingElse = seen.effects().isEmpty()
                    && seen.rewrites().isEmpty()
                    && seen.rows().isEmpty();
            if (done.begins("lock")
                    || (nothingElse && (done.begins("do") || done.begins("call") || done.begins("select")))) {
                done.locks(LockMode.SHARE)
                        .filter(lock -> "rpmfv".indexOf(lock.kind()) >= 0)
                        .forEach(lock -> findings.add(
                                done.place(),
                                lock.relation(),
                                (lock.mode().blocksReads() ? "reads and writes of " : "writes of ") + lock.relation()
                                        + " wait to the end of the transaction"));
            }
        }
    }

    @Override
    public void written(Written migration, Findings findings) {
        for (Clause clause : migration.clauses()) {
            int at = clause.afterOptions(clause.begins("lock", "table") ? 2 : 1);
            if (clause.begins("lock") && !isWeak(clause) && !clause.isNew(clause.name(at))) {
                findings.add(
                        clause.place(),
                        clause.name(at),
                        "others wait for " + clause.name(at) + " to the end of the transaction");
            }
        }
    }

    private static boolean isWeak(Clause clause) {
        return clause.has("in", "access", "share", "mode")
                || clause.has("in", "row", "share", "mode")
                || clause.has("in", "row", "exclusive", "mode")
                || clause.has("in", "share", "update", "exclusive", "mode");
    }
}
