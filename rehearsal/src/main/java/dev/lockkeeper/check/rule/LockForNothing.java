package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Done;
import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.observation.Effect;
import dev.lockkeeper.observation.LockMode;
import dev.lockkeeper.observation.Observation;
import dev.lockkeeper.sql.Reading;
import java.util.List;
import java.util.stream.IntStream;

/** LK35. */
public final class LockForNothing implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "LK35",
                "strong lock for a statement that changes nothing",
                Severity.WARNING,
                """
                IF NOT EXISTS and IF EXISTS do not save the lock: CREATE INDEX takes SHARE on the table before it sees \
                that the index is there, and ALTER TABLE takes ACCESS EXCLUSIVE before it sees that all is as it \
                should be. Others wait, to the end of the transaction, for nothing.""",
                "leave the statement out, or ask the catalogs first whether it is needed",
                List.of(
                        new RuleText.Example(
                                "create table t (a int); create index t_a on t (a);",
                                "create index if not exists t_a on t (a);",
                                "create index concurrently if not exists t_a on t (a);"),
                        new RuleText.Example(
                                "create table t (a int);",
                                "alter table t add column if not exists a int;",
                                "create table if not exists t (a int);"),
                        new RuleText.Example(
                                "create table t (a int);",
                                "alter table t set logged;",
                                "drop index if exists t_nothing;")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        for (Done done : migration.statements()) {
            Observation seen = done.seen();
            if (seen.effects().stream().allMatch(LockForNothing::isSame)
                    && seen.rewrites().isEmpty()
                    && seen.scans().isEmpty()
                    && seen.rows().isEmpty()
                    && (done.begins("alter")
                            || done.begins("create")
                            || done.begins("drop")
                            || done.begins("reindex"))) {
                done.locks(LockMode.SHARE)
                        .filter(lock -> "rpmf".indexOf(lock.kind()) >= 0 && !changesUnseen(done))
                        .findFirst()
                        .ifPresent(lock -> findings.add(
                                done.place(),
                                lock.relation(),
                                (lock.mode().blocksReads() ? "reads and writes of " : "writes of ") + lock.relation()
                                        + " wait for a statement that changes nothing"));
            }
        }
    }

    /** Whether the catalogs say afterwards what they said before. */
    private static boolean isSame(Effect effect) {
        return effect.change() == Effect.Change.CHANGED
                && effect.type().startsWith("table")
                && !effect.type().equals("table constraint")
                && !effect.was().values().isEmpty()
                && effect.was().values().equals(effect.now().values());
    }

    /** What is written where we do not look: constraints NOT NULL, triggers of foreign keys, dependencies. */
    private static boolean changesUnseen(Done done) {
        if (ChangeTrigger.switches(done)) {
            return true;
        }
        Reading reading = Reading.of(done.seen().statement().sql());
        return IntStream.range(0, reading.size())
                .anyMatch(at -> reading.isPhrase(at, "rename", "constraint")
                        || reading.isPhrase(at, "alter", "constraint")
                        || reading.isPhrase(at, "validate", "constraint")
                        || reading.isPhrase(at, "depends", "on"));
    }
}
