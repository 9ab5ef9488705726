package dev.lockkeeper.catalog.model;

import org.jspecify.annotations.Nullable;

/**
 * A sequence that stands by itself; those of identity columns belong to their columns.
 *
 * @param owner the column with which it goes; null for none
 */
public record Sequence(
        ObjectName name,
        String type,
        long start,
        long increment,
        long minimum,
        long maximum,
        boolean cycles,
        @Nullable ColumnName owner,
        @Nullable String comment) {}
