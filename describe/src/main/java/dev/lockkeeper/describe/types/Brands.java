package dev.lockkeeper.describe.types;

import dev.lockkeeper.catalog.model.ColumnName;
import dev.lockkeeper.catalog.model.ForeignKey;
import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.catalog.model.Relation;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Which columns hold the same kind of identity: those that foreign keys pair belong together, however they are chained or
 * run in a circle. A group is named by the column that refers to no other, and of several by the first.
 */
final class Brands {
    private static final Comparator<ColumnName> ORDER =
            Comparator.comparing(ColumnName::relation).thenComparing(ColumnName::column);

    private final Map<ColumnName, ColumnName> parents = new HashMap<>();
    private final Map<ColumnName, String> names = new HashMap<>();

    Brands(Model model) {
        Set<ColumnName> referring = new HashSet<>();
        for (Relation relation : model.relations()) {
            relation.primaryKey()
                    .filter(key -> key.columns().size() == 1)
                    .ifPresent(key ->
                            root(new ColumnName(relation.name(), key.columns().get(0))));
            for (ForeignKey key : relation.foreignKeys()) {
                for (int i = 0; i < key.columns().size(); i++) {
                    ColumnName from =
                            new ColumnName(relation.name(), key.columns().get(i));
                    ColumnName to =
                            new ColumnName(key.target(), key.targetColumns().get(i));
                    if (!from.equals(to)) {
                        referring.add(from);
                    }
                    parents.put(root(from), root(to));
                }
            }
        }
        Map<ColumnName, List<ColumnName>> groups = new TreeMap<>(ORDER);
        parents.keySet().stream()
                .sorted(ORDER)
                .forEach(column -> groups.merge(
                        root(column),
                        List.of(column),
                        (one, more) ->
                                Stream.concat(one.stream(), more.stream()).toList()));
        groups.values().forEach(group -> {
            ColumnName first = group.stream()
                    .filter(column -> !referring.contains(column))
                    .findFirst()
                    .orElse(group.get(0));
            group.forEach(column -> names.put(column, first.toString()));
        });
    }

    Optional<String> of(ColumnName column) {
        return Optional.ofNullable(names.get(column));
    }

    private ColumnName root(ColumnName column) {
        ColumnName at = column;
        ColumnName parent = parents.computeIfAbsent(at, c -> c);
        while (!parent.equals(at)) {
            at = parent;
            parent = parents.getOrDefault(at, at);
        }
        return at;
    }
}
