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

/** LK01. Of partitioned tables LK04 tells, of the indexes of constraints LK05 to LK08. */
public final class BuildIndex implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "LK01",
                "index built without CONCURRENTLY",
                Severity.ERROR,
                """
                CREATE INDEX takes SHARE on its table until the transaction ends. Reads go on; every INSERT, UPDATE and DELETE \
                waits while the whole table is read and the index is built.""",
                "create index concurrently, in a migration of its own",
                List.of(new RuleText.Example(
                        "create table t (id bigint, a int);",
                        "create index t_a on t (a);",
                        "create index concurrently t_a on t (a);")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        for (Done done : migration.statements()) {
            new Shape(done)
                    .indexes()
                    .filter(index -> index.now().is("relkind", "i") && !done.isConcurrent())
                    .forEach(index -> findings.add(
                            done.place(),
                            index.object(),
                            "writes of " + index.table() + " wait while " + index.object() + " is built"));
        }
    }

    @Override
    public void written(Written migration, Findings findings) {
        for (Clause clause : migration.clauses()) {
            if ((clause.begins("create", "index") || clause.begins("create", "unique", "index"))
                    && !clause.has("index", "concurrently")) {
                clause.oldTable()
                        .ifPresent(table -> findings.add(
                                clause.place(), table, "writes of " + table + " wait while the index is built"));
            }
        }
    }
}
