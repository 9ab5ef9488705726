package dev.lockkeeper.stewardship.classification;

import dev.lockkeeper.catalog.model.ColumnName;
import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.catalog.model.Relation;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The class of each column: what the file says, and what follows from what the column is made of. A column of a view that passes on
 * one column has the class of that; one that is computed has the highest class of all that the view reads. Partitions and tables that
 * inherit have the classes of the whole. Not thread-safe.
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
        Optional<ColumnName> origin = lineage.origin(column);
        Optional<DataClass> found = origin.isPresent()
                ? of(origin.get())
                : model.relation(column.relation()).flatMap(relation -> made(relation, column));
        asking.remove(column);
        known.put(column, found);
        return found;
    }

    /** The class that a column of a table has in those from which the table inherits; empty when it is in none, or nobody knows. */
    public Optional<DataClass> inherited(Relation relation, String column) {
        return highest(relation.parents().stream()
                .map(parent -> new ColumnName(parent, column))
                .toList());
    }

    /** Where columns come from. */
    public Lineage lineage() {
        return lineage;
    }

    private Optional<DataClass> made(Relation relation, ColumnName column) {
        if (Scene.holds(relation)) {
            Stream<ColumnName> reads = relation.column(column.column()).stream()
                    .flatMap(one -> one.reads().stream())
                    .map(one -> new ColumnName(relation.name(), one));
            // a query of the whole finds the rows of those that inherit
            Stream<ColumnName> whole =
                    relation.parents().stream().map(parent -> new ColumnName(parent, column.column()));
            return highest(Stream.concat(reads, whole).toList());
        }
        return highest(relation.reads());
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
