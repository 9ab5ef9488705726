package dev.lockkeeper.stewardship.volume;

import dev.lockkeeper.catalog.model.Column;
import dev.lockkeeper.catalog.model.ForeignKey;
import dev.lockkeeper.catalog.model.Relation;
import dev.lockkeeper.catalog.model.Tables;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes the plans of the tables of a file for a database, and says what does not fit. */
final class Planning {
    private final Tables tables;
    private final Volume volume;
    private final List<Problem> problems = new ArrayList<>();

    Planning(Tables tables, Volume volume) {
        this.tables = tables;
        this.volume = volume;
    }

    List<Problem> problems() {
        return problems;
    }

    /** The plans, parents first as far as there is such an order. */
    List<TablePlan> plans() {
        List<TablePlan> plans = new ArrayList<>();
        for (Volume.OfTable spec : volume.tables()) {
            Optional<Relation> relation = tables.find(spec.table());
            if (relation.isEmpty()) {
                report(spec.place(), "there is no table " + spec.table(), tables.advice(spec.table()));
            } else {
                plans.add(plan(spec, relation.get()));
            }
        }
        return ordered(plans);
    }

    private static List<TablePlan> ordered(List<TablePlan> plans) {
        List<TablePlan> left = new ArrayList<>(plans);
        List<TablePlan> ordered = new ArrayList<>();
        while (!left.isEmpty()) {
            TablePlan next = left.stream()
                    .filter(plan -> plan.references().stream()
                            .noneMatch(r -> left.stream()
                                    .anyMatch(other ->
                                            other != plan && other.relation().equals(r.parent()))))
                    .findFirst()
                    // a circle: whoever comes first in the file
                    .orElse(left.get(0));
            left.remove(next);
            ordered.add(next);
        }
        return ordered;
    }

    private TablePlan plan(Volume.OfTable spec, Relation relation) {
        spec.columns().forEach((name, recipe) -> {
            Optional<Column> column = relation.column(name);
            if (column.isEmpty()) {
                report(recipe.place(), relation.name() + " has no column " + name, Tables.advice(name, relation));
            } else if (column.get().isComputed()) {
                report(recipe.place(), "the server alone gives " + name + " its value", "remove it");
            }
            recipe.reads().stream()
                    .filter(r -> relation.column(r).isEmpty())
                    .forEach(r -> report(
                            recipe.place(), relation.name() + " has no column " + r, Tables.advice(r, relation)));
        });
        List<References> references = references(spec, relation);
        Set<String> taken = new HashSet<>();
        references.forEach(r -> taken.addAll(r.own()));
        Map<String, TablePlan.Made> made = new LinkedHashMap<>();
        List<String> columns = new ArrayList<>();
        for (Column column : relation.columns()) {
            Recipe recipe = spec.columns().get(column.name());
            ColumnShape shape = ColumnShape.of(column, tables.model());
            if (recipe != null && !column.isComputed()) {
                made.put(column.name(), new TablePlan.Made(column.name(), recipe.maker(shape)));
            } else if (taken.contains(column.name())) {
                columns.add(column.name());
                continue;
            } else if (shape.required() && column.defaulted() == null && column.making() == Column.Making.GIVEN) {
                guessed(spec, relation, shape)
                        .ifPresent(maker -> made.put(column.name(), new TablePlan.Made(column.name(), maker)));
            }
            if (made.containsKey(column.name())) {
                columns.add(column.name());
            }
        }
        return new TablePlan(spec, relation, columns, inOrder(spec, made), references, volume.seed());
    }

    private Optional<Maker> guessed(Volume.OfTable spec, Relation relation, ColumnShape shape) {
        String name = shape.column().name();
        boolean alone = relation.indexes().stream()
                .anyMatch(i -> i.unique() && i.columns().equals(List.of(name)));
        @Nullable
        Maker maker = alone && shape.isWhole()
                ? Makers.sequence(1, 1).apply(shape)
                : alone && shape.isText()
                        ? Makers.template(Template.of(name + "-{n}")).apply(shape)
                        : Makers.ofType(shape);
        if (maker == null) {
            report(
                    spec.place(),
                    "nothing is known of how values of " + name + " look, which is "
                            + shape.column().type().spelled() + " and not null",
                    "add " + name + ": to columns:, such as {value: TEXT} or {template: TEXT}");
        }
        return Optional.ofNullable(maker);
    }

    private List<TablePlan.Made> inOrder(Volume.OfTable spec, Map<String, TablePlan.Made> made) {
        List<TablePlan.Made> ordered = new ArrayList<>();
        Map<String, TablePlan.Made> left = new LinkedHashMap<>(made);
        while (!left.isEmpty()) {
            Optional<TablePlan.Made> next = left.values().stream()
                    .filter(m ->
                            Optional.ofNullable(spec.columns().get(m.column()))
                                    .map(Recipe::reads)
                                    .orElse(Set.of())
                                    .stream()
                                    .noneMatch(left::containsKey))
                    .findFirst();
            if (next.isEmpty()) {
                String names = String.join(", ", left.keySet());
                report(
                        spec.place(),
                        "columns are made of each other in a circle: " + names,
                        "make one of them otherwise");
                return ordered;
            }
            ordered.add(next.get());
            left.remove(next.get().column());
        }
        return ordered;
    }

    /** What is said, then the foreign keys about which nothing is said, those with more columns first. */
    private List<References> references(Volume.OfTable spec, Relation relation) {
        List<References> references = new ArrayList<>();
        Set<String> filled = new LinkedHashSet<>(spec.columns().keySet());
        for (Volume.Parent parent : spec.parents()) {
            add(parent, relation, filled, references);
        }
        relation.foreignKeys().stream()
                .sorted(Comparator.comparingInt((ForeignKey f) -> -f.columns().size()))
                .filter(key -> !filled.containsAll(key.columns()))
                .filter(key -> spec.columns().keySet().stream().noneMatch(key.columns()::contains))
                .filter(key -> wanted(key, relation))
                .forEach(key -> {
                    Map<String, String> columns = new LinkedHashMap<>();
                    for (int i = 0; i < key.columns().size(); i++) {
                        columns.put(key.columns().get(i), key.targetColumns().get(i));
                    }
                    add(
                            new Volume.Parent(spec.place(), key.target().toString(), columns, 0, null, 0),
                            relation,
                            filled,
                            references);
                });
        return references;
    }

    /** A reference that may be left out is made where the file makes rows to refer to. */
    private boolean wanted(ForeignKey key, Relation relation) {
        boolean required = key.columns().stream()
                .allMatch(c -> relation.column(c).filter(Column::required).isPresent());
        boolean own = key.target().equals(relation.name());
        return required
                || (!own
                        && volume.tables().stream()
                                .anyMatch(t -> tables.find(t.table())
                                        .filter(r -> r.name().equals(key.target()))
                                        .isPresent()));
    }

    private void add(Volume.Parent spec, Relation relation, Set<String> filled, List<References> references) {
        Optional<Relation> parent = tables.find(spec.table());
        if (parent.isEmpty()) {
            report(spec.place(), "there is no table " + spec.table(), tables.advice(spec.table()));
            return;
        }
        Relation target = parent.get();
        boolean known = Stream.concat(
                                spec.columns().keySet().stream().map(c -> unknown(c, relation, spec.place())),
                                spec.columns().values().stream().map(c -> unknown(c, target, spec.place())))
                        .filter(u -> u)
                        .count()
                == 0;
        if (known) {
            boolean required = spec.columns().keySet().stream()
                    .anyMatch(c -> relation.column(c).filter(Column::required).isPresent());
            references.add(new References(target, spec, List.copyOf(filled), required && spec.nulls() == 0));
            filled.addAll(spec.columns().keySet());
        }
    }

    private boolean unknown(String column, Relation relation, Place place) {
        if (relation.column(column).isPresent()) {
            return false;
        }
        report(place, relation.name() + " has no column " + column, Tables.advice(column, relation));
        return true;
    }

    private void report(Place place, String message, String help) {
        problems.add(Problem.of(Code.SEED_FILE, message).at(place).help(help));
    }
}
