package dev.lockkeeper.catalog.model;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A table or what is read like one. Partitions are no relations of their own: they count with the table that they are part of.
 *
 * @param parents tables that it inherits from
 * @param partitioning null when it is not partitioned
 * @param definition the query of a view; null for others
 * @param reads columns that a view reads; empty for others
 * @param rowSecurity whether policies decide which rows are seen
 * @param forcedRowSecurity whether that binds its owner too
 * @param server of a foreign table; null for others
 * @param options its storage parameters, such as {@code fillfactor=70}
 * @param replicaIdentity {@code DEFAULT}, {@code FULL}, {@code NOTHING}, or the name of an index
 */
public record Relation(
        ObjectName name,
        Kind kind,
        String owner,
        @Nullable String comment,
        boolean logged,
        List<ObjectName> parents,
        @Nullable Partitioning partitioning,
        @Nullable String definition,
        List<ColumnName> reads,
        boolean rowSecurity,
        boolean forcedRowSecurity,
        @Nullable String server,
        List<String> options,
        String replicaIdentity,
        List<Column> columns,
        List<Key> keys,
        List<ForeignKey> foreignKeys,
        List<Check> checks,
        List<Exclusion> exclusions,
        List<Index> indexes,
        List<Policy> policies,
        List<Trigger> triggers,
        List<Grant> grants) {
    public Relation {
        parents = List.copyOf(parents);
        reads = List.copyOf(reads);
        options = List.copyOf(options);
        columns = List.copyOf(columns);
        keys = List.copyOf(keys);
        foreignKeys = List.copyOf(foreignKeys);
        checks = List.copyOf(checks);
        exclusions = List.copyOf(exclusions);
        indexes = List.copyOf(indexes);
        policies = List.copyOf(policies);
        triggers = List.copyOf(triggers);
        grants = List.copyOf(grants);
    }

    /** What a relation is. */
    public enum Kind {
        TABLE("table"),
        VIEW("view"),
        MATERIALIZED_VIEW("materialized view"),
        FOREIGN_TABLE("foreign table");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        /** As people say it. */
        public String word() {
            return word;
        }
    }

    public Optional<Column> column(String name) {
        return columns.stream().filter(column -> column.name().equals(name)).findFirst();
    }

    public Optional<Key> primaryKey() {
        return keys.stream().filter(Key::primary).findFirst();
    }

    /** Whether rows are kept under its name. */
    public boolean isTable() {
        return kind == Kind.TABLE;
    }
}
