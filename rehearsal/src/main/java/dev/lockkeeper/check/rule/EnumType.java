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

/** ST08. */
public final class EnumType implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "ST08",
                "new enum type",
                Severity.NOTE,
                """
                Values can be added to an enum and renamed, but never taken out or put in another order, and a value has nothing else to it. What looks \
                like a fixed list when it is made seldom stays one.""",
                "a lookup table with a foreign key, or text with a CHECK",
                List.of(new RuleText.Example(
                        "", "create type mood as enum ('ok');", "create table mood (name text primary key);")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        for (Done done : migration.statements()) {
            done.effects(Effect.Change.CREATED, "type")
                    .filter(type -> type.now().is("typtype", "e"))
                    .forEach(type -> findings.add(done.place(), type.object(), type.object() + " is an enum"));
        }
    }

    @Override
    public void written(Written migration, Findings findings) {
        for (Clause clause : migration.clauses()) {
            if (clause.begins("create", "type") && clause.has("as", "enum")) {
                findings.add(clause.place(), clause.name(2), clause.name(2) + " is an enum");
            }
        }
    }
}
