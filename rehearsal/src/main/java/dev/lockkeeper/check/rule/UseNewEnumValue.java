package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Clause;
import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.check.Written;
import dev.lockkeeper.source.Script;
import dev.lockkeeper.sql.Reading;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * TX04. The server refuses it (55P04), so only the text is judged; servers from 17 on let it pass where the type itself is new.
 */
public final class UseNewEnumValue implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "TX04",
                "new enum value used in the transaction that adds it",
                Severity.ERROR,
                """
                A value that ALTER TYPE ... ADD VALUE has added cannot be used before its transaction has been committed: it could stand in \
                an index and then be rolled back. The migration fails at the first use, on every database.""",
                "add the value in one migration and use it in the next",
                List.of(new RuleText.Example(
                        "create type mood as enum ('ok'); create table t (m mood);",
                        "alter type mood add value 'fine'; alter table t alter column m set default 'fine';",
                        "alter type mood add value 'fine'; alter table t alter column m set default 'ok';")));
    }

    @Override
    public Set<String> refusals() {
        return Set.of("55P04");
    }

    @Override
    public void written(Written migration, Findings findings) {
        Script.Commands commands = migration.migration().up().commands();
        Set<String> added = new HashSet<>();
        Set<String> made = new HashSet<>();
        for (Clause clause : migration.clauses()) {
            Reading sql = clause.reading();
            if (clause.begins("create", "type")) {
                made.add(clause.name(2));
            } else if (clause.begins("alter", "type")) {
                int at = sql.afterName(2);
                if (sql.isPhrase(at, "add", "value")
                        && !made.contains(clause.name(2))
                        && commands.byStatement().isEmpty()) {
                    added.add(sql.text(clause.afterOptions(at + 2)));
                }
            } else {
                for (int at = 0; at < sql.size(); at++) {
                    if (added.contains(sql.text(at))) {
                        findings.add(
                                clause.place(), null, "the value " + sql.text(at) + " is used before it is committed");
                        break;
                    }
                }
            }
        }
    }
}
