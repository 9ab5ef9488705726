package dev.lockkeeper.stewardship.classification.rule;

import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.stewardship.classification.DataClass;
import dev.lockkeeper.stewardship.classification.DataRule;
import dev.lockkeeper.stewardship.classification.Findings;
import dev.lockkeeper.stewardship.classification.Scene;
import java.util.List;

/** DC07. Stored and virtual ones. */
public final class LeakThroughGeneratedColumn implements DataRule {
    @Override
    public RuleText text() {
        return new RuleText(
                "DC07",
                "generated column of a lower class than what it is made of",
                Severity.ERROR,
                "The server computes the column from others, and its value tells of theirs.",
                "give it the class of what it is made of, or say why: what it tells less",
                List.of(new RuleText.Example("""
                                create schema app;
                                create table app.person (id int primary key, email text, domain text generated always as (split_part(email, '@', 2)) stored);""", """
                                tables:
                                  app.person:
                                    columns:
                                      id: internal
                                      email: {class: confidential, erase: null}
                                      domain: public""", """
                                tables:
                                  app.person:
                                    columns:
                                      id: internal
                                      email: {class: confidential, erase: null}
                                      domain: {class: public, why: the part behind the sign names no person}""")));
    }

    @Override
    public void judge(Scene scene, Findings findings) {
        scene.classified()
                .flatMap(Scene.Classified::columns)
                .filter(column ->
                        column.column().isGenerated() && column.entry().why() == null)
                .forEach(column -> {
                    DataClass said = column.entry().level();
                    DataClass natural = scene.levels().natural(column.name()).orElse(null);
                    if (said != null && natural != null && natural.isAbove(said)) {
                        findings.add(
                                column.entry().place(),
                                column.name(),
                                column.name() + " is said to be " + said.key()
                                        + ", and is made of "
                                        + String.join(", ", column.column().reads()) + ", which is "
                                        + natural.key());
                    }
                });
    }
}
