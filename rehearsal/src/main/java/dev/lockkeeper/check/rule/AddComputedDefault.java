package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Clause;
import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.check.Written;
import java.util.List;
import java.util.Set;

/** LK16. */
public final class AddComputedDefault implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "LK16",
                "new column whose default is computed for each row",
                Severity.ERROR,
                """
                A constant default costs nothing: it is kept once, for all rows that are there. A default that may \
                differ from row to row, such as random() or gen_random_uuid(), is computed for each row, and the table \
                with all its indexes is copied under ACCESS EXCLUSIVE for it.""",
                "add the column without a default, set the default, then fill the old rows in batches",
                List.of(
                        new RuleText.Example(
                                "create table t (id int);",
                                "alter table t add column token uuid default gen_random_uuid();",
                                "alter table t add column token uuid; alter table t alter column token set default gen_random_uuid();"),
                        new RuleText.Example(
                                "create table t (id int);",
                                "alter table t add column seen timestamptz not null default clock_timestamp();",
                                "alter table t add column seen timestamptz not null default now();")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        Rewriting.each(
                migration,
                Rewriting.Cause.DEFAULT,
                (done, one) -> findings.add(
                        done.place(),
                        one.table(),
                        one.waiting() + " to compute " + one.columns(Rewriting.Cause.DEFAULT)));
    }

    @Override
    public void written(Written migration, Findings findings) {
        for (Clause clause : migration.clauses()) {
            for (int action : clause.additions()) {
                if (clause.addsColumn(action) && calls(clause, action)) {
                    String table = clause.table().orElse("");
                    findings.add(
                            clause.place(),
                            table,
                            "reads and writes of " + table
                                    + " wait while all of it is copied to compute the new column");
                    break;
                }
            }
        }
    }

    private static final Set<String> VOLATILE = Set.of(
            "clock_timestamp",
            "timeofday",
            "random",
            "gen_random_uuid",
            "uuidv4",
            "uuidv7",
            "uuid_generate_v1",
            "uuid_generate_v4");

    private static boolean calls(Clause clause, int action) {
        for (int at = action;
                at < clause.reading().size() && !clause.reading().text(at).equals(",");
                at++) {
            if (clause.reading().word(at).equals("default")) {
                int name = clause.reading().text(at + 2).equals(".") ? at + 3 : at + 1;
                return VOLATILE.contains(clause.reading().word(name))
                        && clause.reading().isOpen(name + 1);
            }
            if (clause.reading().isOpen(at)) {
                at = clause.reading().afterParentheses(at) - 1;
            }
        }
        return false;
    }
}
