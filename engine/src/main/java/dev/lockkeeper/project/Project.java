package dev.lockkeeper.project;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Nearest;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Folder;
import dev.lockkeeper.source.Tokens;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A project: its components in their declared order, and its environments.
 *
 * @param historySchema the schema that holds Lockkeeper's record
 * @param serverVersion the major version of PostgreSQL that rehearsals use, 15 to 18
 * @param strictTokens whether an undeclared token is an error
 * @param patience how long the statements of a run may wait and work
 * @param prelude SQL that throw-away databases run first, for what the platform gives a real one; null when there is none
 * @param fleets by their names
 * @param rules what it says of rules
 * @param exemptions deviations of a database from its history that somebody has decided to live with
 * @param stagingOnly whether it is never run in an environment of production
 * @param signers who may approve plans
 * @param types what it says of the types for programs; null when it keeps none
 * @param documents where its documents are; null when it keeps none
 * @param classification the file that says what its data are; null when it has none
 * @param services the file that says which services its environments need; null when it has none
 */
public record Project(
        String name,
        String historySchema,
        int serverVersion,
        boolean strictTokens,
        Patience patience,
        @Nullable Path prelude,
        List<Component> components,
        Map<String, Environment> environments,
        Map<String, FleetDeclaration> fleets,
        RuleSettings rules,
        List<Exemption> exemptions,
        boolean stagingOnly,
        Signers signers,
        @Nullable TypeSettings types,
        @Nullable Documents documents,
        @Nullable Path classification,
        @Nullable Path services) {
    public Project {
        exemptions = List.copyOf(exemptions);
        components = List.copyOf(components);
        environments = Map.copyOf(environments);
        fleets = Map.copyOf(fleets);
    }

    /**
     * The components that were asked for, in declared order; all of them when none was.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code usage} for an unknown name
     */
    public List<Component> select(List<String> names) {
        List<String> known = components.stream().map(Component::name).toList();
        for (String name : names) {
            if (!known.contains(name)) {
                throw Problem.of(Code.USAGE, "there is no component " + name)
                        .help(Nearest.to(name, known)
                                .map(n -> "did you mean " + n + "?")
                                .orElse("known are " + String.join(", ", known)))
                        .asException();
            }
        }
        return names.isEmpty()
                ? components
                : components.stream().filter(c -> names.contains(c.name())).toList();
    }

    /**
     * The environment of that name; an empty one when none is declared and {@code local} is asked for.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code usage} for an unknown name
     */
    public Environment environment(String wanted) {
        Environment found = environments.get(wanted);
        if (found != null) {
            return found;
        }
        if (wanted.equals("local")) {
            return Environment.local();
        }
        throw Problem.of(Code.USAGE, "there is no environment " + wanted)
                .help(Nearest.to(wanted, environments.keySet())
                        .map(n -> "did you mean " + n + "?")
                        .orElse("declare it under environments: in lockkeeper.yaml"))
                .asException();
    }

    /**
     * The fleet of that name.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code usage} for an unknown name
     */
    public FleetDeclaration fleet(String wanted) {
        FleetDeclaration found = fleets.get(wanted);
        if (found == null) {
            throw Problem.of(Code.USAGE, "there is no fleet " + wanted)
                    .help(Nearest.to(wanted, fleets.keySet())
                            .map(n -> "did you mean " + n + "?")
                            .orElse("declare it under fleets: in lockkeeper.yaml"))
                    .asException();
        }
        return found;
    }

    /** Where to read a component's migrations; the command line wins over the environment, that over the project. */
    public Folder folder(Component component, Environment environment, Map<String, String> set) {
        Map<String, @Nullable String> all = new HashMap<>(component.tokens());
        environment.tokens().forEach((name, value) -> {
            if (value != null || !all.containsKey(name)) {
                all.put(name, value);
            }
        });
        for (String name : set.keySet()) {
            if (!all.containsKey(name)) {
                Nearest.to(name, all.keySet()).ifPresent(near -> {
                    throw Problem.of(Code.USAGE, "component " + component.name() + " has no token " + name)
                            .help("did you mean --set " + near + "=...?")
                            .asException();
                });
            }
        }
        all.putAll(set);
        Set<String> declared = new HashSet<>(all.keySet());
        Map<String, String> values = new HashMap<>();
        all.forEach((name, value) -> {
            if (value != null) {
                values.put(name, value);
            }
        });
        return new Folder(
                component.name(),
                component.migrations(),
                component.convention(),
                new Tokens(declared, values, strictTokens));
    }
}
