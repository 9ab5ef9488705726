package dev.lockkeeper.catalog.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A foreign key.
 *
 * @param columns the columns that refer, in the order of {@code targetColumns}
 * @param onDelete such as {@code CASCADE} or {@code NO ACTION}
 * @param validated whether rows from before it meet it
 * @param enforced whether rows are held to it at all (PostgreSQL 18)
 * @param definition as the server prints it
 */
public record ForeignKey(
        String name,
        List<String> columns,
        ObjectName target,
        List<String> targetColumns,
        String onDelete,
        String onUpdate,
        boolean deferrable,
        boolean validated,
        boolean enforced,
        String definition,
        @Nullable String comment) {
    public ForeignKey {
        columns = List.copyOf(columns);
        targetColumns = List.copyOf(targetColumns);
    }
}
