package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Done;
import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.observation.Lock;
import dev.lockkeeper.observation.LockMode;
import java.util.List;

/** DT08. The text alone is DT07, for it does not tell what is locked. */
public final class BackfillUnderLock implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "DT08",
                "rows written while a table is locked against everybody",
                Severity.ERROR,
                """
                An earlier statement of the transaction has taken ACCESS EXCLUSIVE and holds it to the end. While the rows are \
                written, which takes as long as there are rows, nobody can even read the locked table, and all who try queue up.""",
                "change the schema in one migration and write the rows in the next one, in batches",
                List.of(
                        new RuleText.Example(
                                "create table t (id bigint primary key);",
                                "alter table t add column a int; update t set a = 0;",
                                "alter table t add column a int;"),
                        new RuleText.Example(
                                "create table t (id bigint primary key); create table u (id bigint, a int);",
                                "alter table t add column a int; update u set a = 0 where a is null;",
                                "alter table t add column a int; update u set a = 0 where id = 7;")));
    }

    /** The relations that the transaction has locked against everybody before a statement. */
    static List<String> held(Rehearsed migration, Done done) {
        return Meant.held(migration, done, false)
                .filter(lock -> lock.mode() == LockMode.ACCESS_EXCLUSIVE)
                .map(Lock::relation)
                .distinct()
                .toList();
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        for (Done done : migration.statements()) {
            List<MassWrite> writes = MassWrite.of(migration, done);
            List<String> held = writes.isEmpty() ? List.of() : held(migration, done);
            if (!held.isEmpty()) {
                writes.forEach(write -> findings.add(
                        done.place(),
                        write.table(),
                        write.told() + " while nobody can read " + String.join(", ", held)));
            }
        }
    }
}
