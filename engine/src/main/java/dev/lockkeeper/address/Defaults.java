package dev.lockkeeper.address;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Completes what an address does not say, in libpq's order: from its service, then from the environment variables (manual
 * 34.15 and 34.17). An empty variable is like none.
 */
public final class Defaults {
    private static final Map<String, String> OF_SERVER =
            Map.of("PGTZ", "timezone", "PGDATESTYLE", "datestyle", "PGGEQO", "geqo");
    /** Where packages of PostgreSQL have their service file: Debian, Fedora. */
    private static final List<String> SYSTEM = List.of("/etc/postgresql-common", "/etc/sysconfig/pgsql");

    private final Map<String, String> variables;

    /**
     * @param variables the environment variables of the process
     */
    public Defaults(Map<String, String> variables) {
        this.variables = Map.copyOf(variables);
    }

    /**
     * The parameters with what was missing, without those that stay empty. Changes nothing that was given.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code usage} for a service that cannot be found or read
     */
    public Map<String, Given> complete(Map<String, Given> given) {
        return complete(given, false);
    }

    /** The same for an address of the project: who named its host does not mean the IP address of another one. */
    public Map<String, Given> completeEnvironment(Map<String, Given> given) {
        return complete(given, true);
    }

    private Map<String, Given> complete(Map<String, Given> given, boolean ofProject) {
        Map<String, Given> all = new LinkedHashMap<>(given);
        Optional.ofNullable(all.get("service"))
                .or(() -> variable("PGSERVICE").map(v -> new Given("service", v, "PGSERVICE")))
                .filter(service -> !service.value().isEmpty())
                .ifPresent(service -> new ServiceFile(files()).service(service).forEach(all::putIfAbsent));
        boolean hostNamed = all.containsKey("host");
        for (Parameter parameter : Parameter.values()) {
            String name = parameter.variable();
            boolean another = ofProject && hostNamed && parameter == Parameter.HOSTADDR;
            if (name != null && !another) {
                variable(name)
                        .ifPresent(value -> all.putIfAbsent(parameter.key(), new Given(parameter.key(), value, name)));
            }
        }
        if (variable("PGREQUIRESSL").filter(v -> v.startsWith("1")).isPresent()) {
            all.putIfAbsent("sslmode", new Given("sslmode", "require", "PGREQUIRESSL"));
        }
        all.values().removeIf(one -> one.value().isEmpty());
        return all;
    }

    /** Settings of the server that variables give: PGTZ, PGDATESTYLE, PGGEQO. */
    public Map<String, Given> ofServer() {
        Map<String, Given> settings = new LinkedHashMap<>();
        OF_SERVER.forEach((variable, name) ->
                variable(variable).ifPresent(v -> settings.put(name, new Given(name, v, variable))));
        return settings;
    }

    /** The user's home: HOME, and without it what the account says; null when that is nothing. */
    public @Nullable Path home() {
        String home = variable("HOME").orElse(System.getProperty("user.home", ""));
        return home.isEmpty() ? null : Path.of(home);
    }

    private List<Path> files() {
        List<Path> files = new ArrayList<>();
        Path home = home();
        if (variable("PGSERVICEFILE").isPresent()) {
            files.add(Path.of(variable("PGSERVICEFILE").get()));
        } else if (home != null) {
            files.add(home.resolve(".pg_service.conf"));
        }
        variable("PGSYSCONFDIR").map(List::of).orElse(SYSTEM).forEach(f -> files.add(Path.of(f, "pg_service.conf")));
        return files;
    }

    private Optional<String> variable(String name) {
        return Optional.ofNullable(variables.get(name)).filter(v -> !v.isEmpty());
    }
}
