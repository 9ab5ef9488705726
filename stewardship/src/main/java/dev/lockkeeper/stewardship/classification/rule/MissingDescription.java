package dev.lockkeeper.stewardship.classification.rule;

import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.stewardship.classification.DataClass;
import dev.lockkeeper.stewardship.classification.DataRule;
import dev.lockkeeper.stewardship.classification.Findings;
import dev.lockkeeper.stewardship.classification.Scene;
import java.util.List;

/** DC13. Only where the file asks for it. */
public final class MissingDescription implements DataRule {
    @Override
    public RuleText text() {
        return new RuleText(
                "DC13",
                "column whose class wants a comment, without one",
                Severity.WARNING,
                "The rules of the file ask that each column of this class says what it holds and why: whoever asks for a copy of their data, or for their deletion, is answered from that.",
                "comment on column ... is ...",
                List.of(new RuleText.Example("""
                                create schema app;
                                create table app.person (id int primary key, email text);""", """
                                rules:
                                  confidential: {comment: required}
                                tables:
                                  app.person:
                                    columns:
                                      id: internal
                                      email: {class: confidential, erase: null}""", """
                                tables:
                                  app.person:
                                    columns:
                                      id: internal
                                      email: {class: confidential, erase: null}""")));
    }

    @Override
    public void judge(Scene scene, Findings findings) {
        scene.classified().flatMap(Scene.Classified::columns).forEach(column -> {
            DataClass level = column.entry().level();
            if (level != null
                    && scene.classification().of(level).comment()
                    && column.column().comment() == null) {
                findings.add(
                        column.entry().place(),
                        column.name(),
                        column.name() + " is " + level.key() + " and has no comment");
            }
        });
    }
}
