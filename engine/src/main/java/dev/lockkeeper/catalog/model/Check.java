package dev.lockkeeper.catalog.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A condition that rows or values meet; NULL counts as met.
 *
 * @param expression as the server prints it, every name with its schema
 * @param columns that it mentions; empty for a domain
 * @param validated whether rows from before it meet it
 * @param enforced whether rows are held to it at all (PostgreSQL 18)
 */
public record Check(
        String name,
        String expression,
        List<String> columns,
        boolean validated,
        boolean enforced,
        @Nullable String comment) {
    public Check {
        columns = List.copyOf(columns);
    }
}
