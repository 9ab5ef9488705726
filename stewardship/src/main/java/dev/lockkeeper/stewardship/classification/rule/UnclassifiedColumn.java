package dev.lockkeeper.stewardship.classification.rule;

import dev.lockkeeper.catalog.model.Column;
import dev.lockkeeper.catalog.model.ColumnName;
import dev.lockkeeper.catalog.model.Relation;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.problem.Nearest;
import dev.lockkeeper.stewardship.classification.DataRule;
import dev.lockkeeper.stewardship.classification.Findings;
import dev.lockkeeper.stewardship.classification.Scene;
import dev.lockkeeper.stewardship.classification.TableEntry;
import java.util.List;
import java.util.Optional;

/** DC01. Columns of views have the class of what they are made of. */
public final class UnclassifiedColumn implements DataRule {
    @Override
    public RuleText text() {
        return new RuleText(
                "DC01",
                "column without a class",
                Severity.ERROR,
                "Nobody has said how far its values may go, so nobody can say that they have not gone too far. A migration that adds a column adds its line to the file.",
                "write its class into the classification file",
                List.of(new RuleText.Example("""
                                create schema app;
                                create table app.person (id int primary key, email text);""", """
                                tables:
                                  app.person:
                                    columns:
                                      id: internal""", """
                                tables:
                                  app.person:
                                    columns:
                                      id: internal
                                      email: {class: confidential, pii: email, erase: null}""")));
    }

    @Override
    public void judge(Scene scene, Findings findings) {
        scene.tables().forEach(table -> {
            Optional<TableEntry> entry = scene.classification().table(table.name());
            for (Column column : table.columns()) {
                ColumnName name = new ColumnName(table.name(), column.name());
                if (entry.flatMap(one -> one.column(column.name())).isEmpty()) {
                    findings.add(scene.place(name), name, name + " has no class" + renamed(table, entry, column));
                }
            }
        });
    }

    /** Where a column of the file is gone and one came, it may be the same one. */
    private static String renamed(Relation table, Optional<TableEntry> entry, Column column) {
        List<String> gone = entry.stream()
                .flatMap(one -> one.columns().keySet().stream())
                .filter(name -> table.column(name).isEmpty())
                .toList();
        return gone.isEmpty()
                ? ""
                : "; if it was called " + Nearest.to(column.name(), gone).orElse(gone.get(0))
                        + " before, rename that line and what it says goes on";
    }
}
