package dev.lockkeeper.stewardship.classification.rule;

import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.catalog.model.Relation;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.stewardship.classification.DataRule;
import dev.lockkeeper.stewardship.classification.Findings;
import dev.lockkeeper.stewardship.classification.Scene;
import dev.lockkeeper.stewardship.classification.Subject;
import dev.lockkeeper.stewardship.classification.SubjectLink;
import dev.lockkeeper.stewardship.classification.TableEntry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** DC21. Over any number of tables. */
public final class UnmappedTable implements DataRule {
    @Override
    public RuleText text() {
        return new RuleText(
                "DC21",
                "table with a way to a person, and no word of it",
                Severity.ERROR,
                "Foreign keys lead from its rows to a person. Unless the file says whose they are, or that they are nobody's and why, they stay when the person is forgotten.",
                "write subject: {NAME: COLUMN}, or subject: none with why:",
                List.of(new RuleText.Example("""
                                create schema app;
                                create table app.person (id int primary key);
                                create table app.visit (id int primary key, person_id int references app.person);""", """
                                subjects:
                                  person: {table: app.person, key: [id]}
                                tables:
                                  app.person:
                                    erase: delete
                                  app.visit:
                                    columns:
                                      id: internal""", """
                                subjects:
                                  person: {table: app.person, key: [id]}
                                tables:
                                  app.person:
                                    erase: delete
                                  app.visit:
                                    subject: {person: person_id}
                                    erase: delete""")));
    }

    @Override
    public void judge(Scene scene, Findings findings) {
        for (Subject subject : scene.classification().subjects().values()) {
            forgotten(scene, subject.table(), subject.place(), findings);
            for (Relation relation : reaching(scene.model(), subject.table())) {
                Optional<TableEntry> entry = scene.classification().table(relation.name());
                boolean nobodys =
                        entry.stream().flatMap(one -> one.links().stream()).anyMatch(link -> link.subject() == null);
                Optional<SubjectLink> link = entry.flatMap(one -> one.link(subject.name()));
                Place place = entry.map(TableEntry::place).orElse(subject.place());
                if (relation.name().equals(subject.table()) || scene.platform().contains(relation.name())) {
                    continue;
                }
                if (link.isEmpty() && !nobodys) {
                    findings.add(
                            place,
                            relation.name(),
                            "rows of " + relation.name() + " lead to a " + subject.name()
                                    + " by foreign keys, and the file does not say whose they are");
                } else if (link.isPresent() && entry.map(TableEntry::forgetting).isEmpty()) {
                    forgotten(scene, relation.name(), place, findings);
                }
            }
        }
    }

    private static void forgotten(Scene scene, ObjectName table, Place place, Findings findings) {
        Optional<TableEntry> entry = scene.classification().table(table);
        if (entry.map(TableEntry::forgetting).isEmpty()) {
            findings.add(
                    entry.map(TableEntry::place).orElse(place),
                    table,
                    "the file does not say what becomes of rows of " + table + " when the person is forgotten",
                    "write erase: delete, anonymize, follow, keep or {call: FUNCTION}");
        }
    }

    /** Tables with rows from which foreign keys lead to another, over any number of tables. */
    private static List<Relation> reaching(Model model, ObjectName target) {
        Set<ObjectName> seen = new HashSet<>(Set.of(target));
        Deque<ObjectName> open = new ArrayDeque<>(seen);
        List<Relation> found = new ArrayList<>();
        while (!open.isEmpty()) {
            ObjectName next = open.pop();
            for (Relation relation : model.relations()) {
                boolean leads = relation.foreignKeys().stream()
                        .anyMatch(key -> key.target().equals(next));
                if (leads && seen.add(relation.name())) {
                    open.push(relation.name());
                    found.add(relation);
                }
            }
        }
        return found;
    }
}
