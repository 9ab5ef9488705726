package dev.lockkeeper.stewardship.classification.rule;

import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.stewardship.classification.DataRule;
import dev.lockkeeper.stewardship.classification.Findings;
import dev.lockkeeper.stewardship.classification.Protection;
import dev.lockkeeper.stewardship.classification.Scene;
import java.util.List;

/** DC05. Values are counted, and neither kept nor shown. */
public final class PlainValue implements DataRule {
    @Override
    public RuleText text() {
        return new RuleText(
                "DC05",
                "plain value in a protected column",
                Severity.ERROR,
                "The sample data of the project have an e-mail address, readable, in a column that the file says to be hashed, encrypted or a token. What sample data do, programs do.",
                "protect the value before it is stored, in the sample data too",
                List.of(new RuleText.Example("""
                                create schema app;
                                create table app.a (id int primary key, email bytea);
                                create table app.b (id int primary key, email bytea);
                                insert into app.a values (1, 'anna@example.org');
                                insert into app.b values (1, sha256('anna@example.org'));""", """
                                tables:
                                  app.a:
                                    columns:
                                      id: internal
                                      email: {class: restricted, protect: hashed, erase: null}""", """
                                tables:
                                  app.b:
                                    columns:
                                      id: internal
                                      email: {class: restricted, protect: hashed, erase: null}""")));
    }

    @Override
    public void judge(Scene scene, Findings findings) {
        scene.classified().flatMap(Scene.Classified::columns).forEach(column -> {
            Protection protection = column.entry().protection();
            Long rows = scene.samples().addresses().get(column.name());
            if (protection != null && rows != null) {
                findings.add(
                        column.entry().place(),
                        column.name(),
                        column.name() + " is said to be "
                                + protection.key() + ", and " + rows
                                + (rows == 1 ? " sample row has" : " sample rows have")
                                + " a readable e-mail address in it");
            }
        });
    }
}
