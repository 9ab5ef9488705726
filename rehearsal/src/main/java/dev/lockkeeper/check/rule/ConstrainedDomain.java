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
import java.util.stream.Collectors;

/** CP12. A constraint that is added later is LK34 and DT09. */
public final class ConstrainedDomain implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "CP12",
                "domain made with a constraint",
                Severity.WARNING,
                """
                What a domain forbids it forbids in every table that uses it. To change the rule later, each of these tables is locked and \
                read as a whole, and adding a column of the domain rewrites its table, even without a default.""",
                "a plain type with a CHECK of the table, which can be added NOT VALID and validated",
                List.of(
                        new RuleText.Example(
                                "",
                                "create domain few as int check (value < 10);",
                                "create table t (a int check (a < 10));"),
                        new RuleText.Example(
                                "", "create domain known as text not null;", "create domain any_text as text;")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        for (Done done : migration.statements()) {
            Set<String> constrained = done.effects(Effect.Change.CREATED, "domain constraint")
                    .map(one -> String.valueOf(one.now().get("contypid")))
                    .collect(Collectors.toSet());
            done.effects(Effect.Change.CREATED, "type")
                    .filter(type -> type.now().is("typtype", "d")
                            && (type.now().is("typnotnull")
                                    || constrained.contains(type.now().get("oid"))))
                    .forEach(type -> findings.add(
                            done.place(),
                            type.object(),
                            "every table with a column of " + type.object() + " is bound by its constraint"));
        }
    }

    @Override
    public void written(Written migration, Findings findings) {
        for (Clause clause : migration.clauses()) {
            if (clause.begins("create", "domain") && (clause.has("check") || clause.has("not", "null"))) {
                findings.add(
                        clause.place(),
                        clause.name(2),
                        "every table with a column of " + clause.name(2) + " is bound by its constraint");
            }
        }
    }
}
