package dev.lockkeeper.stewardship.classification.rule;

import dev.lockkeeper.catalog.model.Column;
import dev.lockkeeper.catalog.model.ColumnName;
import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.catalog.model.Relation;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.problem.Nearest;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.stewardship.classification.DataRule;
import dev.lockkeeper.stewardship.classification.Findings;
import dev.lockkeeper.stewardship.classification.Forgetting;
import dev.lockkeeper.stewardship.classification.Retention;
import dev.lockkeeper.stewardship.classification.Scene;
import dev.lockkeeper.stewardship.classification.Subject;
import dev.lockkeeper.stewardship.classification.TableEntry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** DC02. Tables, columns and functions alike. */
public final class MissingObject implements DataRule {
    @Override
    public RuleText text() {
        return new RuleText(
                "DC02",
                "the file speaks of what is not there",
                Severity.ERROR,
                "A line for a table, column or function that is gone protects nothing: it was dropped or renamed, or the name is mistyped.",
                "rename or remove the line",
                List.of(new RuleText.Example("""
                                create schema app;
                                create table app.person (id int primary key, email text);""", """
                                tables:
                                  app.person:
                                    columns:
                                      id: internal
                                      mail: {class: confidential, erase: null}""", """
                                tables:
                                  app.person:
                                    columns:
                                      id: internal
                                      email: {class: confidential, erase: null}""")));
    }

    @Override
    public void judge(Scene scene, Findings findings) {
        for (TableEntry entry : scene.classification().tables().values()) {
            Optional<Relation> relation = relation(scene, findings, entry.place(), entry.name());
            relation.ifPresent(table -> columns(scene, findings, table, entry));
        }
        for (Subject subject : scene.classification().subjects().values()) {
            List<String> columns = new ArrayList<>(subject.key());
            columns.addAll(subject.findBy());
            relation(scene, findings, subject.place(), subject.table())
                    .ifPresent(table -> columns(findings, subject.place(), table, columns));
            Subject.Hold hold = subject.hold();
            if (hold != null) {
                List<String> held = new ArrayList<>(hold.columns());
                Stream.ofNullable(hold.until()).forEach(held::add);
                relation(scene, findings, hold.place(), hold.table())
                        .ifPresent(table -> columns(findings, hold.place(), table, held));
            }
        }
    }

    private static Optional<Relation> relation(Scene scene, Findings findings, Place place, ObjectName name) {
        Optional<Relation> found = scene.model().relation(name);
        if (found.isEmpty()) {
            List<String> all = scene.model().relations().stream()
                    .map(one -> one.name().toString())
                    .toList();
            findings.add(
                    place,
                    name,
                    "there is no table " + name,
                    Nearest.to(name.toString(), all)
                            .map(near -> "did you mean " + near + "?")
                            .orElse("remove what it says"));
        }
        return found;
    }

    private static void columns(Scene scene, Findings findings, Relation table, TableEntry entry) {
        entry.columns().forEach((name, said) -> columns(findings, said.place(), table, List.of(name)));
        entry.links().forEach(link -> columns(findings, link.place(), table, link.columns()));
        Retention retention = entry.retention();
        if (retention != null) {
            List<String> named = new ArrayList<>();
            if (retention.ends()) {
                named.add(retention.from());
            }
            Stream.ofNullable(retention.hold()).forEach(named::add);
            columns(findings, retention.place(), table, named);
            Stream.ofNullable(retention.call()).forEach(call -> routine(scene, findings, retention.place(), call));
        }
        Forgetting forgetting = entry.forgetting();
        if (forgetting != null) {
            String unless = forgetting.unless();
            columns(findings, forgetting.place(), table, unless == null ? List.of() : List.of(unless));
            Stream.ofNullable(forgetting.call()).forEach(call -> routine(scene, findings, forgetting.place(), call));
        }
    }

    private static void columns(Findings findings, Place place, Relation table, Collection<String> names) {
        List<String> there = table.columns().stream().map(Column::name).toList();
        for (String name : names) {
            if (!there.contains(name)) {
                findings.add(
                        place,
                        new ColumnName(table.name(), name),
                        table.name() + " has no column " + name,
                        Nearest.to(name, there)
                                .map(near -> "did you mean " + near + "?")
                                .orElse("rename or remove the line"));
            }
        }
    }

    private static void routine(Scene scene, Findings findings, Place place, ObjectName name) {
        if (scene.model().routines().stream()
                .noneMatch(routine -> routine.name().equals(name))) {
            findings.add(place, name, "there is no function " + name);
        }
    }
}
