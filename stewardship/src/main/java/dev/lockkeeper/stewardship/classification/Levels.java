package dev.lockkeeper.stewardship.classification;

import dev.lockkeeper.catalog.model.Column;
import dev.lockkeeper.catalog.model.ColumnName;
import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.catalog.model.Relation;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The class of each column: what the file says, and what follows from what the column is made of. A column of a view that passes on
 * one column has the class of that; one that is computed has the highest class of all that the view reads. Not thread-safe.
 */
public final class Levels {
    private final Classification classification;
    private final Model model;
    private final Lineage lineage;
    private final Map<ColumnName, Optional<DataClass>> known = new HashMap<>();
    private final Set<ColumnName> asking = new HashSet<>();

    Levels(Classification classification, Model model, Lineage lineage) {
        this.classification = classification;
        this.model = model;
        this.lineage = lineage;
    }

    /** The class that holds: the file's word, or else what follows. Empty when nobody knows. */
    public Optional<DataClass> of(ColumnName column) {
        Optional<DataClass> said = said(column);
        return said.isPresent() ? said : natural(column);
    }

    /** The class that follows from what the column is made of; empty for a column that is made of nothing, and when nobody knows. */
    public Optional<DataClass> natural(ColumnName column) {
        Optional<DataClass> before = known.get(column);
        if (before != null) {
            return before;
        }
        if (!asking.add(column)) {
            return Optional.empty();
        }
        Optional<DataClass> found = model.relation(column.relation()).flatMap(relation -> made(relation, column));
        asking.remove(column);
        known.put(column, found);
        return found;
    }

    private Optional<DataClass> made(Relation relation, ColumnName column) {
        if (Scene.holds(relation)) {
            return relation.column(column.column())
                    .map(Column::reads)
                    .flatMap(reads -> highest(reads.stream()
                            .map(one -> new ColumnName(relation.name(), one))
                            .toList()));
        }
        Optional<ColumnName> origin = lineage.origin(column);
        return origin.isPresent() ? of(origin.get()) : highest(relation.reads());
    }

    private Optional<DataClass> highest(Collection<ColumnName> columns) {
        return columns.stream().flatMap(column -> of(column).stream()).max(DataClass::compareTo);
    }

    private Optional<DataClass> said(ColumnName column) {
        return classification
                .table(column.relation())
                .flatMap(table -> table.column(column.column()))
                .map(ColumnEntry::level);
    }
}
