package dev.lockkeeper.stewardship.classification.rule;

import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.stewardship.classification.DataClass;
import dev.lockkeeper.stewardship.classification.DataRule;
import dev.lockkeeper.stewardship.classification.Findings;
import dev.lockkeeper.stewardship.classification.Protection;
import dev.lockkeeper.stewardship.classification.Scene;
import java.util.List;
import java.util.Set;

/** DC03. What the file says; DC04 and DC05 look whether it can be so. */
public final class UnprotectedColumn implements DataRule {
    @Override
    public RuleText text() {
        return new RuleText(
                "DC03",
                "restricted column without protection",
                Severity.ERROR,
                "Whoever reads the table, its backup or its replica reads the value. A restricted value is kept hashed, encrypted or as a token, and the file says which.",
                "keep it in a protected form and say protect: hashed, encrypted or tokenized",
                List.of(new RuleText.Example("""
                                create schema app;
                                create table app.person (id int primary key, password bytea);""", """
                                tables:
                                  app.person:
                                    columns:
                                      id: internal
                                      password: {class: restricted, erase: null}""", """
                                tables:
                                  app.person:
                                    columns:
                                      id: internal
                                      password: {class: restricted, protect: hashed, with: argon2id, erase: null}""")));
    }

    @Override
    public void judge(Scene scene, Findings findings) {
        scene.classified().flatMap(Scene.Classified::columns).forEach(column -> {
            DataClass level = column.entry().level();
            if (level == null) {
                return;
            }
            Set<Protection> allowed = scene.classification().of(level).protections();
            Protection protection = column.entry().protection();
            if (allowed.isEmpty()) {
                return;
            }
            if (protection == null) {
                findings.add(
                        column.entry().place(),
                        column.name(),
                        column.name() + " is " + level.key() + ", and nothing says how it is protected");
            } else if (!allowed.contains(protection)) {
                findings.add(
                        column.entry().place(),
                        column.name(),
                        column.name() + " is "
                                + protection.key()
                                + ", which the rules of the file do not take for protection of what is "
                                + level.key());
            }
        });
    }
}
