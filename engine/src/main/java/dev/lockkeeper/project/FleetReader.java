package dev.lockkeeper.project;

import dev.lockkeeper.problem.Nearest;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Reads one fleet of a project file. */
final class FleetReader {
    private FleetReader() {}

    /**
     * Reads it; problems are collected by the map.
     *
     * @param components the names of the project's components
     */
    static FleetDeclaration read(String name, YamlMap map, List<String> components) {
        boolean schemas = map.has("schemas");
        boolean databases = map.has("databases");
        String key = schemas ? "schemas" : "databases";
        if (schemas && databases) {
            map.reportValue("databases", "a fleet is of schemas or of databases", "remove one of the two keys");
        } else if (!schemas && !databases) {
            map.reportSelf(
                    "the fleet " + name + " has no targets",
                    "write schemas: or databases: with a query, or with a list of names");
        }
        boolean listed = map.isList(key);
        List<String> targets = listed ? map.list(key) : List.of();
        Optional<String> query = listed ? Optional.empty() : map.text(key);
        if ((schemas || databases)
                && targets.isEmpty()
                && query.filter(q -> !q.isBlank()).isEmpty()) {
            map.reportValue(key, key + " says nothing", "write a query, or a list of names such as [one, two]");
        }
        List<Integer> canary = map.list("canary").stream()
                .flatMapToInt(text -> number(map, "canary", text))
                .boxed()
                .toList();
        int parallel = map.text("parallel").stream()
                .flatMapToInt(text -> number(map, "parallel", text))
                .findFirst()
                .orElse(FleetDeclaration.DEFAULT_PARALLEL);
        if (parallel > FleetDeclaration.MOST_PARALLEL) {
            map.reportValue(
                    "parallel",
                    parallel + " targets at once are too many",
                    "write a number from 1 to " + FleetDeclaration.MOST_PARALLEL);
        }
        FleetDeclaration fleet = new FleetDeclaration(
                name,
                schemas ? FleetDeclaration.Kind.SCHEMAS : FleetDeclaration.Kind.DATABASES,
                query.orElse(null),
                targets,
                known(map, components),
                canary,
                parallel);
        map.finish();
        return fleet;
    }

    private static List<String> known(YamlMap map, List<String> components) {
        List<String> named = map.list("components");
        for (String component : named) {
            if (!components.contains(component)) {
                map.reportValue(
                        "components",
                        "there is no component " + component,
                        Nearest.to(component, components)
                                .map(n -> "did you mean " + n + "?")
                                .orElse("known are " + String.join(", ", components)));
            }
        }
        return named;
    }

    private static IntStream number(YamlMap map, String key, String text) {
        if (text.matches("[1-9][0-9]{0,5}")) {
            return IntStream.of(Integer.parseInt(text));
        }
        map.reportValue(
                key,
                text + " is not a number of targets",
                "write numbers from 1 on, such as " + (key.equals("canary") ? "1, 10" : "4"));
        return IntStream.empty();
    }
}
