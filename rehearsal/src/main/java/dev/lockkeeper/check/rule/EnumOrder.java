package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Clause;
import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.check.Written;
import dev.lockkeeper.observation.Effect;
import java.util.List;

/** ST11. Only the text tells where a value was wanted. */
public final class EnumOrder implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "ST11",
                "enum value without a place",
                Severity.NOTE,
                """
                A value that is added without BEFORE or AFTER comes last, and ORDER BY and comparisons follow that order for ever. The text does not say whether \
                last is where it belongs.""",
                "add value ... after ...",
                List.of(new RuleText.Example(
                        "create type size as enum ('small', 'large');",
                        "alter type size add value 'medium';",
                        "alter type size add value 'medium' before 'large';")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        migration.statements().stream()
                // IF NOT EXISTS may add nothing
                .filter(done ->
                        done.effects(Effect.Change.CHANGED, "type").findAny().isPresent())
                .forEach(done -> judge(done.clause(), findings));
    }

    @Override
    public void written(Written migration, Findings findings) {
        migration.clauses().forEach(clause -> judge(clause, findings));
    }

    private static void judge(Clause clause, Findings findings) {
        if (clause.begins("alter", "type")
                && clause.has("add", "value")
                && !clause.has("before")
                && !clause.has("after")) {
            findings.add(clause.place(), clause.name(2), "the value becomes the last one of " + clause.name(2));
        }
    }
}
