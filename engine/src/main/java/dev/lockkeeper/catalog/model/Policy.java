package dev.lockkeeper.catalog.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A policy of row security.
 *
 * @param command {@code ALL}, {@code SELECT}, {@code INSERT}, {@code UPDATE} or {@code DELETE}
 * @param roles whom it is for; {@code PUBLIC} stands for everybody
 * @param using which rows are seen; null when nothing is said
 * @param check which rows may be written; null when nothing is said
 */
public record Policy(
        String name,
        boolean permissive,
        String command,
        List<String> roles,
        @Nullable String using,
        @Nullable String check,
        @Nullable String comment) {
    public Policy {
        roles = List.copyOf(roles);
    }
}
