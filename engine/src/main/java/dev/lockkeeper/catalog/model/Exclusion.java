package dev.lockkeeper.catalog.model;

import org.jspecify.annotations.Nullable;

/** Rows of which no two may go together: an exclusion constraint, as the server prints it. */
public record Exclusion(
        String name, String definition, @Nullable String comment) {}
