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
import java.util.List;
import java.util.Set;

/** DT10. A column that was there before and is required now is CP03. */
public final class RequiredColumn implements Rule {
    private static final Set<String> COUNTED =
            Set.of("serial", "bigserial", "smallserial", "serial2", "serial4", "serial8");

    @Override
    public RuleText text() {
        return new RuleText(
                "DT10",
                "required column without a default",
                Severity.ERROR,
                """
                The new column would be null in every row that is there, so the statement fails unless the table is empty, as it is \
                on the machine of its author. And programs that do not know the column yet can insert no row from then on.""",
                "add the column with a default, or without NOT NULL and fill it first",
                List.of(
                        new RuleText.Example(
                                "create table t (id bigint);",
                                "alter table t add column a int not null;",
                                "alter table t add column a int not null default 0;"),
                        new RuleText.Example(
                                "create table t (id bigint);",
                                "alter table t add column a int primary key;",
                                "alter table t add column a bigint generated always as identity primary key;")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        for (Done done : migration.statements()) {
            done.effects(Effect.Change.CREATED, "table column")
                    .filter(column -> done.concernsOld(column)
                            && column.now().is("attnotnull")
                            && !column.now().is("atthasdef")
                            && column.now().is("attidentity", "")
                            && column.now().is("attinhcount", "0"))
                    .forEach(column -> findings.add(
                            done.place(),
                            column.object(),
                            "fails when " + column.table() + " has a row, which would have null in "
                                    + column.object()));
        }
    }

    @Override
    public void written(Written migration, Findings findings) {
        for (Clause clause : migration.clauses()) {
            for (int action : clause.actions()) {
                boolean required = clause.reading().word(action).equals("add")
                        && !clause.reading().isPhrase(action, "add", "constraint")
                        && !Set.of("primary", "unique", "check", "foreign", "exclude", "not")
                                .contains(clause.reading().word(action + 1))
                        && (clause.actionHas(action, "not", "null") || clause.actionHas(action, "primary", "key"));
                boolean filled = clause.actionHas(action, "default")
                        || clause.actionHas(action, "generated")
                        || COUNTED.stream().anyMatch(type -> clause.actionHas(action, type));
                if (required && !filled) {
                    clause.oldTable()
                            .ifPresent(
                                    table -> findings.add(clause.place(), table, "fails when " + table + " has a row"));
                }
            }
        }
    }
}
