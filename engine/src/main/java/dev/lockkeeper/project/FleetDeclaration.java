package dev.lockkeeper.project;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Many targets of the same migrations, as the project file declares them.
 *
 * @param kind what a target is
 * @param query asks the environment's database for the names of the targets; null when they are listed
 * @param targets the names that are listed; empty when a query finds them
 * @param components the names of the components that each target has; empty for all
 * @param canary the sizes of the first waves; all the rest is the last one
 * @param parallel how many targets are worked on at once, from 1 to {@link #MOST_PARALLEL}
 */
public record FleetDeclaration(
        String name,
        Kind kind,
        @Nullable String query,
        List<String> targets,
        List<String> components,
        List<Integer> canary,
        int parallel) {
    /** What a project file gets that does not say it. */
    public static final int DEFAULT_PARALLEL = 4;

    /** More would take more connections than servers commonly have. */
    public static final int MOST_PARALLEL = 64;

    public FleetDeclaration {
        targets = List.copyOf(targets);
        components = List.copyOf(components);
        canary = List.copyOf(canary);
    }

    /** What a target is. */
    public enum Kind {
        /** A schema of the environment's database; the token {@code schema} becomes its name. */
        SCHEMAS,
        /** A database of the environment's server. */
        DATABASES
    }

    /** The same with another number of targets at once. */
    public FleetDeclaration withParallel(int number) {
        return new FleetDeclaration(name, kind, query, targets, components, canary, number);
    }
}
