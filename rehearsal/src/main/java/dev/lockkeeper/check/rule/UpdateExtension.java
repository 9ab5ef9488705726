package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Clause;
import dev.lockkeeper.check.Done;
import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.check.Written;
import java.util.List;

/** DT15. */
public final class UpdateExtension implements Rule {
    @Override
    public RuleText text() {
        return new RuleText(
                "DT15",
                "extension updated",
                Severity.WARNING,
                """
                The update runs scripts that lie on the server and that nobody here has read; they may lock, rewrite or drop whatever \
                belongs to the extension. Few extensions have a way back, and where the server has another version of the files, \
                the same line does something else.""",
                "read the extension's notes, name the version to update to, and try it on a copy of production",
                // what lies on a server is not the same everywhere: the tests say more
                List.of(new RuleText.Example(
                        "create extension hstore version '1.4';",
                        "alter extension hstore update to '1.8';",
                        "create extension pg_trgm;")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        for (Done done : migration.statements()) {
            done.changed("extension")
                    .filter(one ->
                            !one.now().is("extversion", String.valueOf(one.was().get("extversion"))))
                    .forEach(one -> findings.add(
                            done.place(),
                            one.object(),
                            one.object() + " is updated from " + one.was().get("extversion") + " to "
                                    + one.now().get("extversion")));
        }
    }

    @Override
    public void written(Written migration, Findings findings) {
        for (Clause clause : migration.clauses()) {
            if (clause.begins("alter", "extension")
                    && clause.reading().isPhrase(clause.reading().afterName(2), "update")) {
                findings.add(clause.place(), clause.name(2), clause.name(2) + " is updated by scripts of the server");
            }
        }
    }
}
