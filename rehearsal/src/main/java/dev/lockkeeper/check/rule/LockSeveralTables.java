package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Done;
import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.observation.Lock;
import dev.lockkeeper.observation.LockMode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** LK39. */
public final class LockSeveralTables implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "LK39",
                "several tables locked in ACCESS EXCLUSIVE one after the other",
                Severity.WARNING,
                """
                A transaction that has one table and waits for the next meets an application that has the next and \
                waits for the first: a deadlock, and PostgreSQL ends one of the two. Until then whoever reads or \
                writes either table waits.""",
                "one migration for each table",
                List.of(new RuleText.Example(
                        "create table t (a int); create table u (a int);",
                        "alter table t add column b int; alter table u add column b int;",
                        "alter table t add column b int; alter table t add column c int;")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        Map<String, Integer> first = new LinkedHashMap<>();
        int transaction = 0;
        boolean told = false;
        for (Done done : migration.statements()) {
            if (done.seen().transaction() != transaction) {
                first.clear();
                told = false;
                transaction = done.seen().transaction();
            }
            List<String> more = done.locks(LockMode.ACCESS_EXCLUSIVE)
                    .filter(lock -> "rpmf".indexOf(lock.kind()) >= 0 && !done.drops(lock.relation()))
                    .map(Lock::relation)
                    .sorted()
                    .toList();
            // of one that takes long LK38 tells
            if (!told && transaction > 0 && WorkUnderLock.kept(migration, done).isEmpty()) {
                for (String table : more) {
                    List<String> others = first.keySet().stream()
                            .filter(one -> !isFamily(migration, one, table))
                            .toList();
                    if (!others.isEmpty()) {
                        told = true;
                        String other = others.get(0);
                        findings.add(
                                done.place(),
                                table,
                                "waits for " + table + " while it keeps others out of " + other + " since line "
                                        + first.get(other));
                        break;
                    }
                    // what a block runs has no lines of its own
                    if (done.begins("do") || done.begins("call") || done.begins("select")) {
                        first.putIfAbsent(table, done.place().line());
                    }
                }
            }
            more.forEach(table -> first.putIfAbsent(table, done.place().line()));
        }
    }

    private static boolean isFamily(Rehearsed migration, String one, String other) {
        return migration.parent(one).filter(other::equals).isPresent()
                || migration.parent(other).filter(one::equals).isPresent()
                || (migration.parent(one).isPresent() && migration.parent(one).equals(migration.parent(other)));
    }
}
