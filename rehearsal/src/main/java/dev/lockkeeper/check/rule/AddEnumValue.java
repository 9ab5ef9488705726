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
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** DT14. Renaming a value is CP01, using it at once TX04. */
public final class AddEnumValue implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "DT14",
                "value added to an enum",
                Severity.WARNING,
                """
                PostgreSQL has no way to take a value out of an enum: a down script would have to make the type and every column of it \
                anew. Programs that know only the old values fail when they read the first row with the new one.""",
                "a lookup table with a foreign key; or deploy the programs that know the value first, and say that there is no way back",
                List.of(new RuleText.Example(
                        "create type mood as enum ('ok');",
                        "alter type mood add value 'fine';",
                        "create type state as enum ('on'); alter type state add value 'off';")));
    }

    /** Old enums of which a value was written. */
    static Stream<Effect> written(Done done) {
        return done.changed("type")
                .filter(type -> type.now().get("enumlabel") != null
                        && !type.now().is("enumlabel", String.valueOf(type.was().get("enumlabel"))));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        for (Done done : migration.statements()) {
            if (!done.says("rename", "value")) {
                written(done)
                        .forEach(type -> findings.add(
                                done.place(),
                                type.object(),
                                "the value " + type.now().get("enumlabel") + " can never be taken out of "
                                        + type.object()));
            }
        }
    }

    @Override
    public void written(Written migration, Findings findings) {
        Set<String> made = new HashSet<>();
        for (Clause clause : migration.clauses()) {
            if (clause.begins("create", "type")) {
                made.add(clause.name(2));
            } else if (clause.begins("alter", "type") && clause.has("add", "value") && !made.contains(clause.name(2))) {
                findings.add(clause.place(), clause.name(2), "the value can never be taken out of " + clause.name(2));
            }
        }
    }
}
