package dev.lockkeeper.catalog.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A primary key or a unique constraint.
 *
 * @param definition as the server prints it
 */
public record Key(
        String name,
        boolean primary,
        List<String> columns,
        boolean nullsDistinct,
        boolean deferrable,
        String definition,
        @Nullable String comment) {
    public Key {
        columns = List.copyOf(columns);
    }
}
