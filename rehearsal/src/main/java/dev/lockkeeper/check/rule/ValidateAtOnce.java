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
import dev.lockkeeper.observation.Lock;
import dev.lockkeeper.sql.Reading;
import dev.lockkeeper.sql.Statement;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** LK14. */
public final class ValidateAtOnce implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "LK14",
                "constraint validated under a lock of the same transaction",
                Severity.ERROR,
                """
                VALIDATE CONSTRAINT itself lets reads and writes go on. In a transaction that has locked the table \
                before, for example by adding that constraint NOT VALID, the stronger lock stays: others wait while \
                the whole table is read, and nothing is gained.""",
                "validate in a migration of its own",
                List.of(
                        new RuleText.Example(
                                "create table t (id int, a int);",
                                "alter table t add constraint positive check (a > 0) not valid; alter table t validate constraint positive;",
                                "alter table t add constraint positive check (a > 0) not valid;"),
                        new RuleText.Example(
                                "create table t (id int, a int); alter table t add constraint positive check (a > 0) not valid;",
                                "alter table t add column b int; alter table t validate constraint positive;",
                                "alter table t validate constraint positive;")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        for (Done done : migration.statements()) {
            done.held().values().stream()
                    .filter(lock -> !lock.isOnIndex()
                            && lock.mode().blocksWrites()
                            && done.existed(lock.relation())
                            && validates(migration, done, lock.relation()))
                    .sorted(Comparator.comparing(Lock::relation))
                    .forEach(lock -> findings.add(
                            done.place(),
                            lock.relation(),
                            (lock.mode().blocksReads() ? "reads and writes of " : "writes of ") + lock.relation()
                                    + " wait while every row is checked: an earlier statement of the transaction holds "
                                    + lock.mode().sql()));
        }
    }

    /** Also for a NOT NULL constraint, of which the catalogs tell nothing that we read. */
    private static boolean validates(Rehearsed migration, Done done, String table) {
        boolean checked = done.effects(Effect.Change.CHANGED, "table constraint")
                .filter(one ->
                        one.was().is("convalidated", "false") && one.now().is("convalidated"))
                .anyMatch(one -> one.traits().is("table", table) || one.traits().is("references", table));
        if (checked || !done.begins("alter", "table") || !migration.reads(done, table)) {
            return checked;
        }
        Reading reading = Reading.of(done.seen().statement().sql());
        return IntStream.range(0, reading.size()).anyMatch(at -> reading.isPhrase(at, "validate", "constraint"));
    }

    @Override
    public void written(Written migration, Findings findings) {
        Map<String, Clause> added = new HashMap<>();
        for (Clause clause : migration.clauses()) {
            if (clause.statement().kind() != Statement.Kind.ORDINARY || clause.has("concurrently")) {
                // the script has several transactions
                return;
            }
            for (int action : clause.actions()) {
                String table = clause.table().orElse("");
                if (clause.reading().isPhrase(action, "add", "constraint")
                        && clause.actionHas(action, "not", "valid")) {
                    added.put(table + " " + clause.name(action + 2), clause);
                } else if (clause.reading().isPhrase(action, "validate", "constraint")
                        && !clause.isNew(table)
                        && added.containsKey(table + " " + clause.name(action + 2))) {
                    findings.add(
                            clause.place(),
                            table,
                            "others wait while every row of " + table
                                    + " is checked: the constraint was added in the same transaction");
                }
            }
        }
    }
}
