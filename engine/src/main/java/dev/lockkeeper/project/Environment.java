package dev.lockkeeper.project;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One place where the project's databases live.
 *
 * @param url where; null when PG* variables or the command line say it
 * @param passwordVariable the environment variable that holds the password; null for ~/.pgpass or none
 * @param tokens values for declared tokens
 * @param protection what it demands before anything is changed in it
 * @param pools the connections that applications keep to its databases
 */
public record Environment(
        String name,
        @Nullable String url,
        @Nullable String passwordVariable,
        Map<String, @Nullable String> tokens,
        Protection protection,
        List<PoolDeclaration> pools) {
    public Environment {
        pools = List.copyOf(pools);
    }

    /** One that demands nothing. */
    public Environment(
            String name,
            @Nullable String url,
            @Nullable String passwordVariable,
            Map<String, @Nullable String> tokens) {
        this(name, url, passwordVariable, tokens, Protection.none(name), List.of());
    }

    /** The one that is meant where none is named and none is declared: it says nothing. */
    public static Environment local() {
        return new Environment("local", null, null, Map.of());
    }
}
