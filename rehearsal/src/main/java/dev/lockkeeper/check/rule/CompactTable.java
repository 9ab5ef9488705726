package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Clause;
import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.check.Written;
import dev.lockkeeper.sql.Reading;
import java.util.List;
import java.util.Set;

/** LK25. */
public final class CompactTable implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "LK25",
                "CLUSTER or VACUUM FULL",
                Severity.ERROR,
                """
                Both write the table and all its indexes anew under ACCESS EXCLUSIVE; reads and writes wait until the \
                last index is built.""",
                "plain VACUUM, and where space must be given back a tool such as pg_repack",
                List.of(
                        new RuleText.Example(
                                "create table t (a int primary key); insert into t values (1);",
                                "vacuum full t;",
                                "vacuum t;"),
                        new RuleText.Example(
                                "create table t (a int primary key); insert into t values (1);",
                                "cluster t using t_pkey;",
                                "alter table t cluster on t_pkey;")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        Rewriting.each(
                migration,
                Rewriting.Cause.COMPACT,
                (done, one) -> findings.add(done.place(), one.table(), one.waiting() + " to be packed"));
    }

    @Override
    public void written(Written migration, Findings findings) {
        for (Clause clause : migration.clauses()) {
            Reading reading = clause.reading();
            boolean options = reading.isOpen(1);
            int at = options ? reading.afterParentheses(1) : 1;
            boolean full = false;
            for (int option = 2; options && option < at; option++) {
                full |= reading.word(option).equals("full")
                        && !Set.of("false", "off").contains(reading.word(option + 1))
                        && !reading.text(option + 1).equals("0");
            }
            while (Set.of("full", "freeze", "verbose", "analyze").contains(reading.word(at))) {
                full |= reading.word(at++).equals("full");
            }
            if ((clause.begins("vacuum") && full) || clause.begins("cluster")) {
                String table = clause.name(at);
                if (table.isEmpty() || !clause.isNew(table)) {
                    findings.add(
                            clause.place(),
                            table.isEmpty() ? null : table,
                            "reads and writes of " + (table.isEmpty() ? "every table" : table)
                                    + " wait while all of it is copied");
                }
            }
        }
    }
}
