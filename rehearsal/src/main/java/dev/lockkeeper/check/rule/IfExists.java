package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Clause;
import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.check.Written;
import java.util.List;

/** ST12. A matter of taste: other runners need it to run a script twice, here the record knows what was done. */
public final class IfExists implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "ST12",
                "IF [NOT] EXISTS in a versioned script",
                Severity.NOTE,
                """
                Where something of that name is there already, IF NOT EXISTS leaves it as it is, with whatever columns it has, and the migration counts as \
                applied. Databases come to differ, and the first to notice is a later script.""",
                "leave it out; an error shows that a database is not what the history says",
                List.of(new RuleText.Example(
                        "",
                        "create table if not exists t (id bigint primary key);",
                        "create table t (id bigint primary key);")));
    }

    @Override
    public boolean isOptional() {
        return true;
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        migration.statements().forEach(done -> judge(done.clause(), findings));
    }

    @Override
    public void written(Written migration, Findings findings) {
        migration.clauses().forEach(clause -> judge(clause, findings));
    }

    private static void judge(Clause clause, Findings findings) {
        boolean definition = clause.begins("create") || clause.begins("drop") || clause.begins("alter");
        if (definition && (clause.has("if", "exists") || clause.has("if", "not", "exists"))) {
            findings.add(clause.place(), null, "it passes over what is there already, or is not there");
        }
    }
}
