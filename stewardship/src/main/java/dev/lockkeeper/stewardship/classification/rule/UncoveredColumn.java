package dev.lockkeeper.stewardship.classification.rule;

import dev.lockkeeper.catalog.model.Key;
import dev.lockkeeper.catalog.model.Relation;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.stewardship.classification.ClassifiedColumn;
import dev.lockkeeper.stewardship.classification.DataRule;
import dev.lockkeeper.stewardship.classification.Findings;
import dev.lockkeeper.stewardship.classification.Forgetting;
import dev.lockkeeper.stewardship.classification.Replacement;
import dev.lockkeeper.stewardship.classification.Retention;
import dev.lockkeeper.stewardship.classification.Scene;
import java.util.List;

/** DC19. By retention or by request. */
public final class UncoveredColumn implements DataRule {
    @Override
    public RuleText text() {
        return new RuleText(
                "DC19",
                "sensitive column that stays when the person is forgotten",
                Severity.ERROR,
                "Rows that are anonymized stay, and with them every column that nobody replaces. What stands in the place of a value may name columns of the primary key only, so that a row that was changed is known again.",
                "write erase: null, {replace: TEXT}, placeholder, or keep with why:",
                List.of(new RuleText.Example("""
                                create schema app;
                                create table app.person (id int primary key, email text);""", """
                                subjects:
                                  person: {table: app.person, key: [id]}
                                tables:
                                  app.person:
                                    erase: anonymize
                                    columns:
                                      id: internal
                                      email: confidential""", """
                                subjects:
                                  person: {table: app.person, key: [id]}
                                tables:
                                  app.person:
                                    erase: anonymize
                                    columns:
                                      id: internal
                                      email: {class: confidential, erase: {replace: "erased-{id}"}}""")));
    }

    @Override
    public void judge(Scene scene, Findings findings) {
        scene.classified().filter(UncoveredColumn::isAnonymized).forEach(one -> {
            List<String> key = one.relation().primaryKey().map(Key::columns).orElse(List.of());
            one.columns().forEach(column -> judge(one, column, key, findings));
            if (one.columns().noneMatch(column -> column.entry().isReplaced())) {
                findings.add(
                        one.entry().place(),
                        one.relation().name(),
                        one.relation().name() + " is to be anonymized, and no column of it is replaced",
                        "write erase: at the columns that tell");
            }
        });
    }

    private static boolean isAnonymized(Scene.Classified one) {
        Forgetting forgetting = one.entry().forgetting();
        Retention retention = one.entry().retention();
        return (forgetting != null && forgetting.way() == Forgetting.Way.ANONYMIZE)
                || (retention != null && retention.ends() && retention.strategy() == Retention.Strategy.ANONYMIZE);
    }

    private static void judge(Scene.Classified one, ClassifiedColumn column, List<String> key, Findings findings) {
        Replacement erase = column.entry().erase();
        if (column.isSensitive() && erase == null && !column.column().isGenerated()) {
            findings.add(
                    column.entry().place(),
                    column.name(),
                    column.name() + " stays as it is when a row of "
                            + one.relation().name() + " is anonymized");
        }
        if (erase instanceof Replacement.Nothing && column.column().required()) {
            findings.add(
                    column.entry().place(),
                    column.name(),
                    column.name() + " is to become null, and is NOT NULL",
                    "write erase: placeholder, or {replace: TEXT}");
        }
        if (column.entry().isReplaced()
                && (column.column().isComputed() || key.contains(column.column().name()))) {
            findings.add(
                    column.entry().place(),
                    column.name(),
                    column.name()
                            + (column.column().isComputed()
                                    ? " is computed by the server"
                                    : " is part of the primary key")
                            + ", and cannot be replaced",
                    "remove erase: there");
        }
        if (erase instanceof Replacement.Placeholder && key.isEmpty()) {
            findings.add(
                    column.entry().place(),
                    column.name(),
                    one.relation().name() + " has no primary key, of which a placeholder could be made",
                    "write erase: null, or {replace: TEXT}");
        }
        if (erase instanceof Replacement.Text text) {
            List<String> others =
                    text.columns().stream().filter(name -> !key.contains(name)).toList();
            if (!others.isEmpty()) {
                findings.add(
                        column.entry().place(),
                        column.name(),
                        "what replaces " + column.name() + " names " + String.join(", ", others)
                                + ", and may name columns of the primary key only",
                        key.isEmpty() ? "name none" : "known are " + String.join(", ", key));
            } else if (text.columns().isEmpty()
                    && isUnique(one.relation(), column.column().name())) {
                findings.add(
                        column.entry().place(),
                        column.name(),
                        column.name() + " is unique, and all anonymized rows would get the same value",
                        key.isEmpty() ? "write erase: null" : "put {" + key.get(0) + "} into the text");
            }
        }
    }

    private static boolean isUnique(Relation relation, String column) {
        return relation.indexes().stream()
                .anyMatch(index -> index.unique() && index.columns().equals(List.of(column)));
    }
}
