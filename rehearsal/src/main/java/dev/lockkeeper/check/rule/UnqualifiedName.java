package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Clause;
import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.check.Written;
import java.util.ArrayList;
import java.util.List;

/** ST10. A matter of taste, for many projects have one schema; the server cannot tell how a name was written. */
public final class UnqualifiedName implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "ST10",
                "name without its schema",
                Severity.NOTE,
                """
                Which table is meant depends on the search_path of the role, the database and the session. Where these differ, the same script makes its \
                table in another schema, or changes another table.""",
                "write the schema in front of the name",
                List.of(new RuleText.Example(
                        "create schema app;",
                        "create table t (id bigint primary key);",
                        "create table app.t (id bigint primary key);")));
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
        List<String> names = new ArrayList<>();
        clause.table().ifPresent(names::add);
        if (!clause.has("temp") && !clause.has("temporary")) {
            clause.creates().ifPresent(names::add);
        }
        if (clause.begins("drop", "table") || clause.begins("drop", "view")) {
            names.addAll(clause.names(clause.afterOptions(2)));
        }
        names.stream()
                .filter(name -> !name.contains("."))
                .forEach(name ->
                        findings.add(clause.place(), name, "which schema " + name + " is in depends on the session"));
    }
}
