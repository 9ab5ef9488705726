package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Clause;
import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.check.Written;
import dev.lockkeeper.sql.Reading;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** DT16. The server refuses it (42601), so only the text is judged: without a server nothing else would tell. */
public final class AssignTwice implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "DT16",
                "column assigned twice",
                Severity.ERROR,
                """
                One UPDATE sets a column twice. PostgreSQL refuses it, so the migration fails wherever it runs first; other \
                databases take the last value, and which one was meant nobody can tell from the text.""",
                "assign each column once",
                List.of(new RuleText.Example(
                        "create table t (a int, b int);",
                        "update t set a = 1, a = 2 where b = 3;",
                        "update t set a = 1, b = 2 where b = 3;")));
    }

    @Override
    public Set<String> refusals() {
        return Set.of("42601");
    }

    @Override
    public void written(Written migration, Findings findings) {
        for (Clause clause : migration.clauses()) {
            Reading sql = clause.reading();
            int table = sql.word(1).equals("only") ? 2 : 1;
            int at = sql.afterName(table);
            while (clause.begins("update") && at < sql.size() && !sql.word(at).equals("set")) {
                at++;
            }
            Set<String> assigned = new HashSet<>();
            for (boolean first = true;
                    clause.begins("update") && at < sql.size() && !isEnd(sql.word(at));
                    at++, first = false) {
                if ((first || sql.text(at).equals(","))
                        && sql.text(at + 2).equals("=")
                        && !assigned.add(sql.name(at + 1))) {
                    findings.add(
                            clause.place(),
                            clause.name(table),
                            "the column " + sql.name(at + 1) + " is assigned twice");
                }
                if (sql.isOpen(at)) {
                    at = sql.afterParentheses(at) - 1;
                }
            }
        }
    }

    private static boolean isEnd(String word) {
        return word.equals("where") || word.equals("from") || word.equals("returning");
    }
}
