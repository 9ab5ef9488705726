package dev.lockkeeper.stewardship.classification;

import static dev.lockkeeper.database.Quote.identifier;

import dev.lockkeeper.catalog.model.Column;
import dev.lockkeeper.catalog.model.ForeignKey;
import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.catalog.model.Relation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How rows lead to a person, as SQL. Columns that the file names either hold the key of the person, or refer by a foreign key to a row
 * that leads on.
 */
public final class Reach {
    private final Classification classification;
    private final Model model;
    private final Subject subject;

    public Reach(Classification classification, Model model, Subject subject) {
        this.classification = classification;
        this.model = model;
        this.subject = subject;
    }

    /** What is asked of the columns that hold the key of a person. */
    private interface Leaf {
        String sql(Relation relation, String alias, List<String> columns);
    }

    /**
     * The condition for rows of one person.
     *
     * @param alias of the row
     * @param key the values of the key as SQL of type text, in its order
     * @return empty when rows of this table do not lead to such a person
     */
    public Optional<String> of(ObjectName table, String alias, List<String> key) {
        return condition(table, alias, Set.of(), (relation, row, columns) -> {
            List<String> parts = new ArrayList<>();
            for (int i = 0; i < columns.size(); i++) {
                String type = relation.column(columns.get(i))
                        .map(Column::type)
                        .orElseThrow()
                        .spelled();
                parts.add(row + "." + identifier(columns.get(i)) + " = cast(" + key.get(i) + " as " + type + ")");
            }
            return String.join(" and ", parts);
        });
    }

    /** The condition for rows of persons whose rows must stay; empty when nobody's must, or when rows do not lead to such a person. */
    public Optional<String> held(ObjectName table, String alias) {
        Subject.Hold hold = subject.hold();
        if (hold == null) {
            return Optional.empty();
        }
        return condition(table, alias, Set.of(), (relation, row, columns) -> {
            List<String> parts = new ArrayList<>();
            for (int i = 0; i < columns.size(); i++) {
                // what holds the key may have another type
                parts.add("h." + identifier(hold.columns().get(i)) + "::text = " + row + "."
                        + identifier(columns.get(i)) + "::text");
            }
            String until = hold.until();
            String open = until == null
                    ? ""
                    : " and (h." + identifier(until) + " is null or h." + identifier(until) + " > now())";
            return "exists (select from " + hold.table().quoted() + " h where " + String.join(" and ", parts) + open
                    + ")";
        });
    }

    /** The tables through which rows of a table lead to the person, the table itself left out. */
    public List<ObjectName> through(ObjectName table) {
        Set<ObjectName> tables = new LinkedHashSet<>();
        through(table, tables);
        tables.remove(table);
        return List.copyOf(tables);
    }

    private void through(ObjectName table, Set<ObjectName> tables) {
        for (List<String> columns : paths(table)) {
            via(table, columns)
                    .map(ForeignKey::target)
                    .filter(tables::add)
                    .ifPresent(target -> through(target, tables));
        }
    }

    /** A row is a person's by any of the ways that the file names, and each of them has to lead there. */
    private Optional<String> condition(ObjectName table, String alias, Set<ObjectName> before, Leaf leaf) {
        Optional<Relation> relation = model.relation(table);
        if (relation.isEmpty() || before.contains(table)) {
            return Optional.empty();
        }
        if (table.equals(subject.table())) {
            return Optional.of(leaf.sql(relation.get(), alias, subject.key()));
        }
        Set<ObjectName> seen = new HashSet<>(before);
        seen.add(table);
        List<String> ways = new ArrayList<>();
        for (List<String> columns : paths(table)) {
            Optional<String> way = condition(relation.get(), columns, alias, seen, leaf);
            if (way.isEmpty()) {
                return Optional.empty();
            }
            ways.add(way.get());
        }
        return ways.size() < 2 ? ways.stream().findFirst() : Optional.of("((" + String.join(") or (", ways) + "))");
    }

    private Optional<String> condition(
            Relation relation, List<String> columns, String alias, Set<ObjectName> seen, Leaf leaf) {
        Optional<ForeignKey> via = via(relation.name(), columns);
        if (via.isPresent()) {
            String next = alias + "_" + seen.size();
            return condition(via.get().target(), next, seen, leaf)
                    .map(inner -> "exists (select from " + via.get().target().quoted() + " " + next + " where "
                            + joined(via.get(), alias, next) + " and " + inner + ")");
        }
        boolean fits = columns.size() == subject.key().size()
                && columns.stream().allMatch(name -> relation.column(name).isPresent());
        return fits ? Optional.of(leaf.sql(relation, alias, columns)) : Optional.empty();
    }

    private static String joined(ForeignKey key, String from, String to) {
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < key.columns().size(); i++) {
            parts.add(to + "." + identifier(key.targetColumns().get(i)) + " = " + from + "."
                    + identifier(key.columns().get(i)));
        }
        return String.join(" and ", parts);
    }

    /** The foreign key by which a table leads on; empty when its columns hold the key of the person themselves. */
    private Optional<ForeignKey> via(ObjectName table, List<String> columns) {
        if (columns.isEmpty() || table.equals(subject.table())) {
            return Optional.empty();
        }
        return model.relation(table).stream()
                .flatMap(relation -> relation.foreignKeys().stream())
                .filter(key -> key.columns().containsAll(columns) && !holdsKey(key, columns))
                .filter(key -> key.target().equals(subject.table())
                        || !paths(key.target()).isEmpty())
                .findFirst();
    }

    /** Whether a foreign key refers to the person by its key, so that no join is needed. */
    private boolean holdsKey(ForeignKey key, List<String> columns) {
        return key.target().equals(subject.table())
                && columns.stream()
                        .map(column -> key.targetColumns().get(key.columns().indexOf(column)))
                        .toList()
                        .equals(subject.key());
    }

    private List<List<String>> paths(ObjectName table) {
        return classification
                .table(table)
                .map(entry -> entry.paths(subject.name()))
                .orElse(List.of());
    }
}
