package dev.lockkeeper.stewardship.classification.rule;

import dev.lockkeeper.catalog.model.Index;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.stewardship.classification.DataClass;
import dev.lockkeeper.stewardship.classification.DataRule;
import dev.lockkeeper.stewardship.classification.Findings;
import dev.lockkeeper.stewardship.classification.Scene;
import java.util.List;

/** DC08. Keys, included columns, expressions and conditions. */
public final class LeakThroughIndex implements DataRule {
    @Override
    public RuleText text() {
        return new RuleText(
                "DC08",
                "index that keeps a plain restricted value",
                Severity.ERROR,
                "An index is a copy: of a value that was hashed or encrypted elsewhere it would keep the plain one, in its own files and statistics.",
                "index a digest of it instead",
                List.of(new RuleText.Example("""
                                create schema app;
                                create table app.a (id int primary key, note text);
                                create index on app.a (lower(note));
                                create table app.b (id int primary key, note text);""", """
                                tables:
                                  app.a:
                                    columns:
                                      id: internal
                                      note: {class: restricted, erase: null}""", """
                                tables:
                                  app.b:
                                    columns:
                                      id: internal
                                      note: {class: restricted, erase: null}""")));
    }

    @Override
    public void judge(Scene scene, Findings findings) {
        scene.classified().flatMap(Scene.Classified::columns).forEach(column -> {
            DataClass level = column.entry().level();
            boolean plain =
                    column.entry().protection() == null && column.entry().why() == null;
            if (level != null && plain && !scene.classification().of(level).plainIndex()) {
                for (Index index : column.relation().indexes()) {
                    if (index.reads().contains(column.column().name())) {
                        findings.add(
                                column.entry().place(),
                                column.name(),
                                "index " + index.name() + " keeps the plain value of " + column.name() + ", which is "
                                        + level.key());
                    }
                }
            }
        });
    }
}
