package dev.lockkeeper.catalog.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A schema of the database. */
public record Namespace(String name, String owner, @Nullable String comment, List<Grant> grants) {
    public Namespace {
        grants = List.copyOf(grants);
    }
}
