package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Clause;
import dev.lockkeeper.check.Done;
import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.check.Written;
import java.util.List;

/** DT07. Under ACCESS EXCLUSIVE it is DT08. */
public final class WriteAllRows implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "DT07",
                "all rows written at once",
                Severity.WARNING,
                """
                An UPDATE or DELETE without a condition locks each row until the transaction ends, so whoever writes one of them waits for \
                the whole of it. It writes a second version of every row and every index entry: the table grows to twice its size, \
                replicas fall behind, and vacuum cannot clean up before it is over.""",
                "-- lockkeeper:backfill TABLE KEY in front of it, with where KEY between :low and :high",
                List.of(
                        new RuleText.Example(
                                "create table t (id bigint primary key, a int);",
                                "update t set a = 1;",
                                "update t set a = 1 where id = 5;"),
                        new RuleText.Example(
                                "create table t (id bigint primary key, a int);",
                                "with gone as (delete from t returning id) select count(*) from gone;",
                                "create table n (id bigint); delete from n;"),
                        new RuleText.Example(
                                "create table t (id bigint primary key, a int);",
                                "update t set a = 0 where a is null;",
                                "-- lockkeeper:backfill t id\nupdate t set a = 0 where a is null and id between :low and :high;")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        for (Done done : migration.statements()) {
            List<MassWrite> writes = MassWrite.of(migration, done);
            if (!writes.isEmpty() && BackfillUnderLock.held(migration, done).isEmpty()) {
                writes.forEach(write -> findings.add(done.place(), write.table(), write.told() + " in one statement"));
            }
        }
    }

    @Override
    public void written(Written migration, Findings findings) {
        for (Clause clause : migration.clauses()) {
            MassWrite.of(clause.reading()).stream()
                    .filter(write -> !clause.isNew(write.table()))
                    .filter(write -> !MassWrite.isBackfill(migration.migration(), clause.statement()))
                    .forEach(write -> findings.add(clause.place(), write.table(), write.told() + " in one statement"));
        }
    }
}
