package dev.lockkeeper.rows;

import dev.lockkeeper.database.Quote;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A table as the catalogs describe it, as far as that decides which rows it takes.
 *
 * @param triggers a digest of its triggers and their functions; null when it has none
 * @param leaves the partitions that hold rows; empty for a table that is not partitioned
 */
record Table(
        long oid,
        String schema,
        String name,
        boolean partitioned,
        @Nullable String triggers,
        List<Column> columns,
        List<Check> checks,
        List<Reference> references,
        List<UniqueKey> keys,
        List<Leaf> leaves) {
    Table {
        columns = List.copyOf(columns);
        checks = List.copyOf(checks);
        references = List.copyOf(references);
        keys = List.copyOf(keys);
        leaves = List.copyOf(leaves);
    }

    /**
     * A column.
     *
     * @param spelled its type as SQL spells it, with length or precision
     * @param typmod as pg_attribute has it; -1 for none
     * @param computed whether the server alone gives its value
     */
    record Column(
            int number,
            String name,
            String spelled,
            long type,
            int typmod,
            boolean required,
            boolean hasDefault,
            boolean computed) {}

    /** A condition that every row meets; its text names columns without their table. */
    record Check(String name, String text, Set<String> columns) {
        Check {
            columns = Set.copyOf(columns);
        }
    }

    /** A foreign key; the parent is written as SQL spells it. */
    record Reference(
            String name,
            List<String> columns,
            long parent,
            String parentName,
            List<String> parentColumns,
            boolean deferrable) {
        Reference {
            columns = List.copyOf(columns);
            parentColumns = List.copyOf(parentColumns);
        }
    }

    /** The columns of a unique index or of an exclusion constraint; those that expressions name are not among them. */
    record UniqueKey(String name, Set<String> columns) {
        UniqueKey {
            columns = Set.copyOf(columns);
        }
    }

    /**
     * A partition that holds rows.
     *
     * @param bound the condition that its rows meet; null when there is none
     */
    record Leaf(String name, @Nullable Check bound) {}

    /** As SQL spells it. */
    String spelled() {
        return Quote.identifier(schema) + "." + Quote.identifier(name);
    }

    /** The columns that an INSERT gives a value. */
    List<Column> given() {
        return columns.stream().filter(c -> !c.computed()).toList();
    }

    Set<String> keyColumns() {
        return keys.stream().flatMap(k -> k.columns().stream()).collect(Collectors.toSet());
    }

    /** What decides its rows, in one text: tables of which it is the same take the same rows. */
    String signature() {
        return schema + "\n" + name + "\n" + triggers + columns + checks + references + keys + leaves;
    }
}
