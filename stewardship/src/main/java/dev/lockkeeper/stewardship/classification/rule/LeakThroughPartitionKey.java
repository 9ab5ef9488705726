package dev.lockkeeper.stewardship.classification.rule;

import dev.lockkeeper.catalog.model.Partitioning;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.stewardship.classification.ClassifiedColumn;
import dev.lockkeeper.stewardship.classification.DataRule;
import dev.lockkeeper.stewardship.classification.Findings;
import dev.lockkeeper.stewardship.classification.Scene;
import java.util.List;

/** DC09. Hash partitions have no bounds that tell. */
public final class LeakThroughPartitionKey implements DataRule {
    @Override
    public RuleText text() {
        return new RuleText(
                "DC09",
                "sensitive column in a partition key",
                Severity.ERROR,
                "The bounds and names of partitions show values to everybody who may connect: the catalogs can be read by all.",
                "partition by something else, or by hash",
                List.of(new RuleText.Example("""
                                create schema app;
                                create table app.a (email text) partition by list (email);
                                create table app.b (email text) partition by hash (email);""", """
                                tables:
                                  app.a:
                                    columns:
                                      email: {class: confidential, erase: null}""", """
                                tables:
                                  app.b:
                                    columns:
                                      email: {class: confidential, erase: null}""")));
    }

    @Override
    public void judge(Scene scene, Findings findings) {
        scene.classified()
                .flatMap(Scene.Classified::columns)
                .filter(ClassifiedColumn::isSensitive)
                .forEach(column -> {
                    Partitioning by = column.relation().partitioning();
                    if (by != null
                            && !by.strategy().equals("HASH")
                            && by.columns().contains(column.column().name())
                            && column.entry().why() == null) {
                        findings.add(
                                column.entry().place(),
                                column.name(),
                                column.name() + " is sensitive, and the bounds of partitions show its values");
                    }
                });
    }
}
