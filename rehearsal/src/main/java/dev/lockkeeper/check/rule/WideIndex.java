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
import dev.lockkeeper.sql.Reading;
import java.util.List;

/** ST07. */
public final class WideIndex implements Rule {
    private static final int WIDE = 3;

    @Override
    public RuleText text() {
        return new RuleText(
                "ST07",
                "index over more than three columns",
                Severity.NOTE,
                """
                Each further column makes the index larger and every write of the table slower, and helps only queries that give all columns in front \
                of it. A unique index is another matter: there the columns say what is unique.""",
                "the two or three columns that narrow the search, with INCLUDE for what is only read",
                List.of(new RuleText.Example(
                        "create table t (a int, b int, c int, d int);",
                        "create index concurrently t_all on t (a, b, c, d);",
                        "create index concurrently t_some on t (a, b) include (c, d);")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        for (Done done : migration.statements()) {
            done.effects(Effect.Change.CREATED, "index")
                    .filter(index ->
                            !index.now().is("indisunique") && !index.now().is("relispartition"))
                    .filter(index -> Integer.parseInt(index.now().values().getOrDefault("indnkeyatts", "0")) > WIDE)
                    .forEach(index -> findings.add(
                            done.place(),
                            index.object(),
                            index.object() + " has " + index.now().get("indnkeyatts") + " columns"));
        }
    }

    @Override
    public void written(Written migration, Findings findings) {
        for (Clause clause : migration.clauses()) {
            Reading sql = clause.reading();
            if (clause.begins("create", "index")) {
                int open = 0;
                while (open < sql.size() && !sql.isOpen(open)) {
                    open++;
                }
                int columns = 1;
                for (int at = open + 1;
                        at < sql.afterParentheses(open) - 1;
                        at = sql.isOpen(at) ? sql.afterParentheses(at) : at + 1) {
                    columns += sql.text(at).equals(",") ? 1 : 0;
                }
                if (columns > WIDE) {
                    findings.add(clause.place(), clause.table().orElse(null), "it has " + columns + " columns");
                }
            }
        }
    }
}
