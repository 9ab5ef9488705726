package dev.lockkeeper.catalog.model;

import org.jspecify.annotations.Nullable;

/**
 * A trigger or a rule of a table.
 *
 * @param enabled whether it fires in ordinary sessions
 * @param routine what it calls; null for a rule
 */
public record Trigger(
        String name,
        boolean enabled,
        @Nullable ObjectName routine,
        String definition,
        @Nullable String comment) {}
