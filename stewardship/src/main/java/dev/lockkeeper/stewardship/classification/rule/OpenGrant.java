package dev.lockkeeper.stewardship.classification.rule;

import dev.lockkeeper.catalog.model.Column;
import dev.lockkeeper.catalog.model.ColumnName;
import dev.lockkeeper.catalog.model.Grant;
import dev.lockkeeper.catalog.model.Relation;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.stewardship.classification.DataClass;
import dev.lockkeeper.stewardship.classification.DataRule;
import dev.lockkeeper.stewardship.classification.Findings;
import dev.lockkeeper.stewardship.classification.Lineage;
import dev.lockkeeper.stewardship.classification.Scene;
import java.util.Comparator;
import java.util.List;

/** DC11. Grants of tables and of single columns. */
public final class OpenGrant implements DataRule {
    @Override
    public RuleText text() {
        return new RuleText(
                "DC11",
                "everybody may read what is sensitive",
                Severity.ERROR,
                "SELECT is granted to PUBLIC, which is every role of the server, those to come included. For a view the class of its columns follows from what they show.",
                "revoke it, and grant it to the roles that need it",
                List.of(new RuleText.Example("""
                                create schema app;
                                create table app.person (id int primary key, email text);
                                create view app.open as select upper(email) as shown from app.person;
                                grant select on app.open to public;""", """
                                tables:
                                  app.person:
                                    columns:
                                      id: internal
                                      email: {class: confidential, erase: null}""", """
                                tables:
                                  app.person:
                                    columns:
                                      id: internal
                                      email: public""")));
    }

    @Override
    public void judge(Scene scene, Findings findings) {
        judgeParts(scene, findings);
        for (Relation relation : scene.model().relations()) {
            if (scene.platform().contains(relation.name())) {
                continue;
            }
            boolean whole = isOpen(relation.grants());
            for (Column column : relation.columns()) {
                ColumnName name = new ColumnName(relation.name(), column.name());
                DataClass level = scene.levels().of(name).orElse(DataClass.PUBLIC);
                if (!scene.classification().of(level).grantPublic() && (whole || isOpen(column.grants()))) {
                    findings.add(scene.place(name), name, "everybody may read " + name + ", which is " + level.key());
                }
            }
        }
    }

    /** What the model has no relations for: partitions, which may be read past the whole. */
    private static void judgeParts(Scene scene, Findings findings) {
        Lineage lineage = scene.levels().lineage();
        lineage.open().stream()
                .sorted(Comparator.comparing(ColumnName::toString))
                .forEach(part -> {
                    DataClass level = scene.levels().of(part).orElse(DataClass.PUBLIC);
                    if (!scene.classification().of(level).grantPublic()) {
                        findings.add(
                                scene.place(lineage.origin(part).orElse(part)),
                                part,
                                "everybody may read " + part + ", which is " + level.key());
                    }
                });
    }

    private static boolean isOpen(List<Grant> grants) {
        return grants.stream()
                .anyMatch(grant -> grant.grantee().equals(Grant.EVERYBODY)
                        && grant.privilege().equals("SELECT"));
    }
}
