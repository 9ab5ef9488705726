package dev.lockkeeper.catalog.model;

import java.util.List;

/**
 * How a table is split into partitions.
 *
 * @param strategy {@code RANGE}, {@code LIST} or {@code HASH}
 * @param key as SQL
 * @param columns of the key; expressions are left out
 * @param partitions how many there are at present, on all levels
 */
public record Partitioning(String strategy, String key, List<String> columns, int partitions) {
    public Partitioning {
        columns = List.copyOf(columns);
    }
}
