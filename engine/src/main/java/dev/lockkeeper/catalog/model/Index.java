package dev.lockkeeper.catalog.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An index.
 *
 * @param method such as {@code btree}
 * @param columns of its key; null stands for an expression
 * @param included columns that are only carried along
 * @param reads every column that it keeps values of, also those in expressions and in its condition
 * @param condition of a partial index; null for one over all rows
 * @param constraint whether it serves a key or an exclusion constraint of the same name
 * @param valid whether queries may use it
 */
public record Index(
        String name,
        String method,
        boolean unique,
        List<@Nullable String> columns,
        List<String> included,
        List<String> reads,
        @Nullable String condition,
        boolean constraint,
        boolean valid,
        String definition,
        @Nullable String comment) {
    public Index {
        columns = Collections.unmodifiableList(new ArrayList<>(columns));
        included = List.copyOf(included);
        reads = List.copyOf(reads);
    }
}
