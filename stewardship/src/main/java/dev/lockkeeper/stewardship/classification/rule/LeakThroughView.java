package dev.lockkeeper.stewardship.classification.rule;

import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.stewardship.classification.DataClass;
import dev.lockkeeper.stewardship.classification.DataRule;
import dev.lockkeeper.stewardship.classification.Findings;
import dev.lockkeeper.stewardship.classification.Scene;
import java.util.List;

/** DC06. Materialized views too, which keep it, and tables that inherit a column, whose rows a query of the parent shows. */
public final class LeakThroughView implements DataRule {
    @Override
    public RuleText text() {
        return new RuleText(
                "DC06",
                "view or inherited column of a lower class than where it comes from",
                Severity.ERROR,
                "A column of a view holds what it is made of. Its class follows from that, through views of views; a lower one in the file gives the value to those who may not read it at its source. An inherited column holds the same data as that of the parent, and has its class.",
                "give it the class of where it comes from, or say why: what it tells less",
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
                .flatMap(Scene.Classified::columns)
                .filter(column -> column.entry().why() == null)
                .forEach(column -> {
                    boolean table = Scene.holds(column.relation());
                    DataClass said = column.entry().level();
                    DataClass origin = (table
                                    ? scene.levels()
                                            .inherited(
                                                    column.relation(),
                                                    column.column().name())
                                    : scene.levels().natural(column.name()))
                            .orElse(null);
                    if (said != null && origin != null && origin.isAbove(said)) {
                        findings.add(
                                column.entry().place(),
                                column.name(),
                                column.name() + " is said to be " + said.key()
                                        + (table ? ", and is inherited from what is " : ", and shows what is ")
                                        + origin.key());
                    }
                });
    }
}
