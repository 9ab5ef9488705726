package dev.lockkeeper.stewardship.classification.rule;

import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.stewardship.classification.DataRule;
import dev.lockkeeper.stewardship.classification.Findings;
import dev.lockkeeper.stewardship.classification.Scene;
import java.util.List;

/** DC14. A table that is not in the file at all is found by DC01. */
public final class MissingRetention implements DataRule {
    @Override
    public RuleText text() {
        return new RuleText(
                "DC14",
                "table without a time after which its rows go",
                Severity.ERROR,
                "Data without an end are kept for ever by accident: nobody has decided it, and nobody can answer for it.",
                "write retention: {days: N, from: COLUMN, strategy: delete}, or {keep: why rows stay}",
                List.of(new RuleText.Example("""
                                create schema app;
                                create table app.person (id int primary key, email text);""", """
                                tables:
                                  app.person:
                                    columns:
                                      id: internal
                                      email: {class: confidential, erase: null}""", """
                                tables:
                                  app.person:
                                    retention: {keep: a person stays until the account is closed}
                                    columns:
                                      id: internal
                                      email: {class: confidential, erase: null}""")));
    }

    @Override
    public void judge(Scene scene, Findings findings) {
        scene.classified()
                .filter(one -> Scene.holds(one.relation()) && one.entry().retention() == null)
                .filter(one -> !scene.platform().contains(one.relation().name()))
                .forEach(one -> findings.add(
                        one.entry().place(),
                        one.relation().name(),
                        one.relation().name() + " has no retention"));
    }
}
