package dev.lockkeeper.stewardship.classification.rule;

import dev.lockkeeper.catalog.model.ColumnName;
import dev.lockkeeper.catalog.model.Publication;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.stewardship.classification.ClassifiedColumn;
import dev.lockkeeper.stewardship.classification.DataClass;
import dev.lockkeeper.stewardship.classification.DataRule;
import dev.lockkeeper.stewardship.classification.Findings;
import dev.lockkeeper.stewardship.classification.Lineage;
import dev.lockkeeper.stewardship.classification.Scene;
import java.util.List;

/** DC10. Publications of all tables have those to come as well. */
public final class LeakThroughReplication implements DataRule {
    @Override
    public RuleText text() {
        return new RuleText(
                "DC10",
                "restricted column that is published",
                Severity.WARNING,
                "A publication sends it to subscribers, whose rights are others. With replica identity full the old value is in every change that is sent, too.",
                "publish a list of columns without it, or say why: it may go there",
                List.of(new RuleText.Example("""
                                create schema app;
                                create table app.a (id int primary key, secret bytea);
                                create publication p for table app.a;
                                create table app.b (id int primary key, secret bytea);
                                create publication q for table app.b (id);""", """
                                tables:
                                  app.a:
                                    columns:
                                      id: internal
                                      secret: {class: restricted, protect: encrypted, erase: null}""", """
                                tables:
                                  app.b:
                                    columns:
                                      id: internal
                                      secret: {class: restricted, protect: encrypted, erase: null}""")));
    }

    @Override
    public void judge(Scene scene, Findings findings) {
        scene.classified()
                .flatMap(Scene.Classified::columns)
                .filter(column ->
                        column.is(DataClass.RESTRICTED) && column.entry().why() == null)
                .forEach(column -> {
                    for (Publication publication : scene.model().publications()) {
                        if (sends(scene.levels().lineage(), publication, column)) {
                            findings.add(
                                    column.entry().place(),
                                    column.name(),
                                    "publication " + publication.name()
                                            + " sends " + column.name() + ", which is restricted"
                                            + (column.relation()
                                                            .replicaIdentity()
                                                            .equals("FULL")
                                                    ? ", also as it was before each change"
                                                    : ""));
                        }
                    }
                });
    }

    private static boolean sends(Lineage lineage, Publication publication, ClassifiedColumn column) {
        return publication.everything()
                || publication.tables().stream()
                        .filter(table -> table.table().equals(column.relation().name())
                                || lineage.origin(new ColumnName(
                                                table.table(), column.column().name()))
                                        .filter(column.name()::equals)
                                        .isPresent())
                        .anyMatch(table -> table.columns().isEmpty()
                                || table.columns().contains(column.column().name()));
    }
}
