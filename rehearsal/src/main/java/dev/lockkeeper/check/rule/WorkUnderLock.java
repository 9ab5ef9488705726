package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Done;
import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.observation.Lock;
import dev.lockkeeper.observation.Rewrite;
import dev.lockkeeper.observation.Scan;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** LK38. */
public final class WorkUnderLock implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "LK38",
                "long work while an earlier statement keeps others out",
                Severity.WARNING,
                """
                A lock lasts until its transaction ends, not until its statement ends. Where a later statement of the \
                same transaction reads or copies a whole other table, nobody reads or writes the table that an earlier \
                one has locked in ACCESS EXCLUSIVE, although that was done in a moment.""",
                "two migrations: the long work in one, the short lock in the other",
                List.of(
                        new RuleText.Example(
                                "create table t (a int); create table u (a int);",
                                "alter table t add column b int; create index on u (a);",
                                "alter table t add column b int;"),
                        new RuleText.Example(
                                "create table t (a int);",
                                "alter table t add column b int; create materialized view mv as select a from t;",
                                "create materialized view mv as select a from t;")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        for (Done done : migration.statements()) {
            List<String> kept = kept(migration, done);
            if (!kept.isEmpty()) {
                findings.add(
                        done.place(),
                        kept.get(0),
                        "reads and writes of " + String.join(", ", kept) + " wait while "
                                + String.join(", ", worked(done))
                                + " is gone through: an earlier statement of the transaction holds ACCESS EXCLUSIVE");
            }
        }
    }

    /** What is read or copied to change what is there; what statements do with rows depends on the rows, and has rules of its own. */
    private static Set<String> worked(Done done) {
        boolean refreshes = done.seen().rewrites().stream().anyMatch(one -> one.kind() == 'm');
        boolean shapes = (refreshes || done.rows().findAny().isEmpty())
                && !(done.seen().effects().isEmpty() && done.seen().rewrites().isEmpty());
        return shapes
                ? Stream.concat(
                                done.scans().map(Scan::relation),
                                done.rewrites().map(Rewrite::relation))
                        .collect(Collectors.toCollection(TreeSet::new))
                : Set.of();
    }

    /** The tables that earlier statements have locked and that this one, which takes long, has nothing to do with. */
    static List<String> kept(Rehearsed migration, Done done) {
        if (worked(done).isEmpty()) {
            return List.of();
        }
        Set<String> concerned = new HashSet<>(done.concerned());
        // a partition is its parent's, and takes from the DEFAULT partition
        for (String table : done.concerned()) {
            migration.parent(table).ifPresent(concerned::add);
            concerned.add(AttachBesideDefault.rest(migration, table));
        }
        Set<String> held = done.held().values().stream()
                .filter(lock -> lock.mode().blocksReads()
                        && "rpmf".indexOf(lock.kind()) >= 0
                        && done.existed(lock.relation())
                        && !concerned.contains(lock.relation()))
                .map(Lock::relation)
                .collect(Collectors.toCollection(TreeSet::new));
        return held.stream()
                .filter(table -> migration.parent(table).filter(held::contains).isEmpty())
                .toList();
    }
}
