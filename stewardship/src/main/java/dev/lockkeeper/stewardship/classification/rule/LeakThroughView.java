package dev.lockkeeper.stewardship.classification.rule;

import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.stewardship.classification.DataClass;
import dev.lockkeeper.stewardship.classification.DataRule;
import dev.lockkeeper.stewardship.classification.Findings;
import dev.lockkeeper.stewardship.classification.Scene;
import java.util.List;

/** DC06. Materialized views too, which keep it. */
public final class LeakThroughView implements DataRule {
    @Override
    public RuleText text() {
        return new RuleText(
                "DC06",
                "view of a lower class than what it shows",
                Severity.ERROR,
                "A column of a view holds what it is made of. Its class follows from that, through views of views; a lower one in the file gives the value to those who may not read it at its source.",
                "give it the class of what it shows, or say why: what it tells less",
                List.of(new RuleText.Example("""
                                create schema app;
                                create table app.person (id int primary key, email text);
                                create view app.list as select id as number, email as contact from app.person;
                                create view app.report as select contact from app.list;""", """
                                tables:
                                  app.person:
                                    columns:
                                      id: internal
                                      email: {class: confidential, erase: null}
                                  app.report:
                                    columns:
                                      contact: public""", """
                                tables:
                                  app.person:
                                    columns:
                                      id: internal
                                      email: {class: confidential, erase: null}
                                  app.report:
                                    columns:
                                      contact: confidential""")));
    }

    @Override
    public void judge(Scene scene, Findings findings) {
        scene.classified()
                .filter(one -> !Scene.holds(one.relation()))
                .flatMap(Scene.Classified::columns)
                .filter(column -> column.entry().why() == null)
                .forEach(column -> {
                    DataClass said = column.entry().level();
                    DataClass natural = scene.levels().natural(column.name()).orElse(null);
                    if (said != null && natural != null && natural.isAbove(said)) {
                        findings.add(
                                column.entry().place(),
                                column.name(),
                                column.name() + " is said to be " + said.key() + ", and shows what is "
                                        + natural.key());
                    }
                });
    }
}
