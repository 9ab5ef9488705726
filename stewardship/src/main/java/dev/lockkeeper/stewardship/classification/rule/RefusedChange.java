package dev.lockkeeper.stewardship.classification.rule;

import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.stewardship.classification.DataRule;
import dev.lockkeeper.stewardship.classification.Findings;
import dev.lockkeeper.stewardship.classification.Scene;
import dev.lockkeeper.stewardship.classification.Trial;
import java.util.List;

/** DC20. What is tried is told in docs/classification.md. */
public final class RefusedChange implements DataRule {
    @Override
    public RuleText text() {
        return new RuleText(
                "DC20",
                "forgetting that the database refuses",
                Severity.ERROR,
                "It was tried with rows on a throw-away server, and taken back again: a constraint or a trigger refuses what the file asks for. In production the request of a person would fail on its last day.",
                "replace it by what the constraint takes, or let a function of the schema do it: erase: {call: SCHEMA.FUNCTION}",
                List.of(new RuleText.Example("""
                                create schema app;
                                create table app.person (id int primary key, email text check (email like '%@%'));
                                insert into app.person values (1, 'a@example.org');""", """
                                subjects:
                                  person: {table: app.person, key: [id]}
                                tables:
                                  app.person:
                                    erase: anonymize
                                    columns:
                                      id: internal
                                      email: {class: confidential, erase: {replace: "erased"}}""", """
                                subjects:
                                  person: {table: app.person, key: [id]}
                                tables:
                                  app.person:
                                    erase: anonymize
                                    columns:
                                      id: internal
                                      email: {class: confidential, erase: {replace: "erased@invalid"}}""")));
    }

    @Override
    public void judge(Scene scene, Findings findings) {
        for (Trial trial : scene.trials()) {
            findings.add(trial.place(), trial.object(), trial.what() + " is refused: " + trial.refusal());
        }
    }
}
