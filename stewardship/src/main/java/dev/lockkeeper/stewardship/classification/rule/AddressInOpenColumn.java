package dev.lockkeeper.stewardship.classification.rule;

import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.stewardship.classification.DataClass;
import dev.lockkeeper.stewardship.classification.DataRule;
import dev.lockkeeper.stewardship.classification.Findings;
import dev.lockkeeper.stewardship.classification.Scene;
import java.util.List;

/** DC22. Values are counted, and neither kept nor shown. */
public final class AddressInOpenColumn implements DataRule {
    @Override
    public RuleText text() {
        return new RuleText(
                "DC22",
                "e-mail address in an open column",
                Severity.WARNING,
                "Sample rows of the project have a readable e-mail address in a column that is classified as public or internal.",
                "raise its class, or take the address out",
                List.of(new RuleText.Example("""
                                create schema app;
                                create table app.a (id int primary key, note text);
                                create table app.b (id int primary key, note text);
                                insert into app.a values (1, 'ask anna@example.org');
                                insert into app.b values (1, 'ask at the desk');""", """
                                tables:
                                  app.a:
                                    columns:
                                      id: internal
                                      note: internal""", """
                                tables:
                                  app.b:
                                    columns:
                                      id: internal
                                      note: internal""")));
    }

    @Override
    public void judge(Scene scene, Findings findings) {
        scene.classified().flatMap(Scene.Classified::columns).forEach(column -> {
            DataClass level = column.entry().level();
            Long rows = scene.samples().addresses().get(column.name());
            if (level != null && !level.isSensitive() && column.entry().why() == null && rows != null) {
                findings.add(
                        column.entry().place(),
                        column.name(),
                        column.name() + " is " + level.key() + ", and " + rows
                                + (rows == 1 ? " sample row has" : " sample rows have")
                                + " a readable e-mail address in it");
            }
        });
    }
}
