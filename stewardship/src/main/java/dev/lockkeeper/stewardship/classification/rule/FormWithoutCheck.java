package dev.lockkeeper.stewardship.classification.rule;

import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.stewardship.classification.ClassifiedColumn;
import dev.lockkeeper.stewardship.classification.DataRule;
import dev.lockkeeper.stewardship.classification.Findings;
import dev.lockkeeper.stewardship.classification.Protection;
import dev.lockkeeper.stewardship.classification.Scene;
import java.util.List;
import java.util.Set;

/** DC04. bytea and uuid do not hold readable text by chance. */
public final class FormWithoutCheck implements DataRule {
    @Override
    public RuleText text() {
        return new RuleText(
                "DC04",
                "protected column that would take a plain value",
                Severity.ERROR,
                "The file says that the column is hashed, encrypted or a token, and nothing in the database refuses a value that is not. The next program that forgets to protect it is not noticed. This proves what the column takes, not how programs make it.",
                "add a CHECK of the form, such as its length, or store it as bytea",
                List.of(new RuleText.Example("""
                                create schema app;
                                create table app.a (id int primary key, password text);
                                create table app.b (id int primary key, password text check (password ~ '^[$]argon2id[$]'));""", """
                                tables:
                                  app.a:
                                    columns:
                                      id: internal
                                      password: {class: restricted, protect: hashed, erase: null}""", """
                                tables:
                                  app.b:
                                    columns:
                                      id: internal
                                      password: {class: restricted, protect: hashed, erase: null}""")));
    }

    /** Bytes and numbers do not hold readable text by chance; DC05 looks at the sample rows. */
    private static final Set<String> OPAQUE = Set.of("bytea", "uuid");

    @Override
    public void judge(Scene scene, Findings findings) {
        scene.classified()
                .filter(one -> Scene.holds(one.relation()))
                .flatMap(Scene.Classified::columns)
                .forEach(column -> judge(scene, column, findings));
    }

    private static void judge(Scene scene, ClassifiedColumn column, Findings findings) {
        Protection protection = column.entry().protection();
        if (protection == null) {
            return;
        }
        String said = column.name() + " is said to be " + protection.key();
        boolean opaque = OPAQUE.contains(scene.base(column.column().type()));
        if (!opaque && scene.samples().open().contains(column.name())) {
            findings.add(column.entry().place(), column.name(), said + ", and it takes any text");
        }
        String defaulted = column.column().defaulted();
        if (defaulted != null && !column.column().isGenerated() && defaulted.contains("'")) {
            findings.add(
                    column.entry().place(),
                    column.name(),
                    said + ", and its default is a plain value",
                    "drop the default");
        }
    }
}
