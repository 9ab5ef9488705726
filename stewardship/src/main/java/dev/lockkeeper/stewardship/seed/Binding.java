package dev.lockkeeper.stewardship.seed;

import dev.lockkeeper.catalog.model.Column;
import dev.lockkeeper.catalog.model.ForeignKey;
import dev.lockkeeper.catalog.model.Index;
import dev.lockkeeper.catalog.model.Key;
import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.catalog.model.Relation;
import dev.lockkeeper.catalog.model.Tables;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Ties rows of files to the tables of a database, and says what does not fit. */
final class Binding {
    private final Tables tables;
    private final Spelling spelling;
    private final List<Problem> problems = new ArrayList<>();
    /** Columns of tables about which something was said already. */
    private final Set<String> told = new HashSet<>();

    Binding(Model model, SeedKeys keys) {
        this.tables = new Tables(model);
        this.spelling = new Spelling(model, keys);
    }

    /** What was found not to fit, in the order of the files. */
    List<Problem> problems() {
        return problems;
    }

    /** The set with every reference written out; empty when something does not fit. */
    Optional<Bound> bind(RowSet set) {
        int before = problems.size();
        Optional<Relation> found = tables.find(set.table());
        if (found.isEmpty()) {
            report(set.place(), "there is no table " + set.table(), tables.advice(set.table()));
            return Optional.empty();
        }
        Relation relation = found.get();
        Optional<Index> arbiter = arbiter(set, relation);
        List<RowSet.Line> lines =
                set.lines().stream().map(line -> line(line, relation)).toList();
        arbiter.ifPresent(index -> lines.forEach(line -> key(set, line, relation, index)));
        RowSet whole = new RowSet(set.place(), set.table(), set.key(), set.keyPlace(), set.keeps(), lines);
        return problems.size() > before ? Optional.empty() : arbiter.map(index -> new Bound(whole, relation, index));
    }

    private Optional<Index> arbiter(RowSet set, Relation relation) {
        boolean known = true;
        for (String name : set.key()) {
            known &= column(name, relation, set.keyPlace()).isPresent();
        }
        if (!known || set.key().isEmpty()) {
            return Optional.empty();
        }
        List<String> deferrable =
                relation.keys().stream().filter(Key::deferrable).map(Key::name).toList();
        // one over all rows before a partial one
        Optional<Index> arbiter = relation.indexes().stream()
                .filter(index -> index.unique() && index.valid() && !deferrable.contains(index.name()))
                .filter(index -> new HashSet<>(index.columns()).equals(new HashSet<>(set.key())))
                .min(Comparator.comparing((Index index) -> index.condition() != null));
        if (arbiter.isEmpty()) {
            report(
                    set.keyPlace(),
                    "no unique index of " + relation.name() + " has just the columns " + String.join(", ", set.key()),
                    "name the columns of one: " + natural(relation, deferrable)
                            + "; without one nobody can tell whether a row is there already");
        }
        return arbiter;
    }

    private static String natural(Relation relation, List<String> deferrable) {
        Set<String> keys = new TreeSet<>();
        relation.indexes().stream()
                .filter(index -> index.unique()
                        && index.valid()
                        && !deferrable.contains(index.name())
                        && !index.columns().contains(null))
                .forEach(index -> keys.add(index.columns().toString()));
        return keys.isEmpty() ? "it has none, so add a unique constraint" : String.join(" or ", keys);
    }

    private RowSet.Line line(RowSet.Line line, Relation relation) {
        Map<String, Cell> cells = new LinkedHashMap<>();
        line.cells()
                .forEach((name, cell) -> column(name, relation, cell.place()).ifPresent(column -> {
                    if (column.isGenerated()) {
                        once(
                                relation,
                                name,
                                cell.place(),
                                "the server alone gives " + name + " its value",
                                "remove it");
                    }
                    cells.put(name, cell(cell, column, relation));
                }));
        return new RowSet.Line(line.place(), cells);
    }

    private Cell cell(Cell cell, Column column, Relation relation) {
        if (cell instanceof Cell.Nested nested && !spelling.takes(column, nested.value())) {
            report(
                    cell.place(),
                    "a list or a mapping is no value of " + column.name() + ", which is "
                            + column.type().spelled(),
                    "write one text or number");
        }
        return cell instanceof Cell.Found found ? found(found, column, relation) : cell;
    }

    private Cell found(Cell.Found found, Column column, Relation relation) {
        Optional<ForeignKey> key = relation.foreignKeys().stream()
                .filter(f -> f.columns().contains(column.name()))
                .min(Comparator.comparingInt(f -> f.columns().size()));
        String table =
                found.table() == null ? key.map(f -> f.target().toString()).orElse("") : found.table();
        if (table.isEmpty()) {
            report(
                    found.place(),
                    "no foreign key says to which table " + column.name() + " refers",
                    "write !find {in: SCHEMA.TABLE, take: COLUMN, by: {...}}");
            return found;
        }
        Optional<Relation> target = tables.find(table);
        if (target.isEmpty()) {
            report(found.place(), "there is no table " + table, tables.advice(table));
            return found;
        }
        Relation parent = target.get();
        boolean same = key.filter(f -> f.target().equals(parent.name())).isPresent();
        String take = found.take() != null
                ? found.take()
                : same
                        ? key.map(f -> f.targetColumns().get(f.columns().indexOf(column.name())))
                                .orElse("")
                        : parent.primaryKey()
                                .filter(k -> k.columns().size() == 1)
                                .map(k -> k.columns().get(0))
                                .orElse("");
        if (take.isEmpty()) {
            report(found.place(), "which column of " + parent.name() + " is meant is not said", "add take: COLUMN");
            return found;
        }
        column(take, parent, found.place());
        Map<String, Cell> by = new LinkedHashMap<>();
        found.by()
                .forEach((name, part) ->
                        column(name, parent, part.place()).ifPresent(c -> by.put(name, cell(part, c, parent))));
        return new Cell.Found(found.place(), parent.name().toString(), take, by);
    }

    private void key(RowSet set, RowSet.Line line, Relation relation, Index arbiter) {
        boolean nullsDistinct = relation.keys().stream()
                .filter(k -> k.name().equals(arbiter.name()))
                .map(Key::nullsDistinct)
                .findFirst()
                .orElse(!arbiter.definition().toUpperCase(java.util.Locale.ROOT).contains("NULLS NOT DISTINCT"));
        for (String name : set.key()) {
            Cell cell = line.cells().get(name);
            if (cell == null) {
                report(
                        line.place(),
                        "the row says nothing of " + name + ", which is part of its natural key",
                        "add " + name + ":");
            } else if (nullsDistinct && cell instanceof Cell.Value value && value.text() == null) {
                report(
                        cell.place(),
                        name + " is part of the natural key, and NULL equals nothing there",
                        "give it a value, or declare " + arbiter.name() + " NULLS NOT DISTINCT");
            }
        }
    }

    private Optional<Column> column(String name, Relation relation, Place place) {
        Optional<Column> column = relation.column(name);
        if (column.isEmpty()) {
            once(relation, name, place, relation.name() + " has no column " + name, Tables.advice(name, relation));
        }
        return column;
    }

    private void once(Relation relation, String name, Place place, String message, String help) {
        if (told.add(relation.name() + "\n" + name)) {
            report(place, message, help);
        }
    }

    private void report(Place place, String message, String help) {
        problems.add(Problem.of(Code.SEED_FILE, message).at(place).help(help));
    }
}
