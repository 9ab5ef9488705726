package dev.lockkeeper.project;

import dev.lockkeeper.address.AddressText;
import dev.lockkeeper.problem.Code;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads the environments of a project: where they stand in its file, or the file that is named in their place. */
final class EnvironmentReader {
    private static final String KEY = "environments";

    private final Function<YamlMap, Map<String, @Nullable String>> tokens;

    /** @param tokens reads those of an environment */
    EnvironmentReader(Function<YamlMap, Map<String, @Nullable String>> tokens) {
        this.tokens = tokens;
    }

    /**
     * Reads them in their order.
     *
     * @param path finds the file that the project names by the text of a key
     * @throws dev.lockkeeper.problem.LockkeeperException {@code file-unreadable}, or {@code project-file} with all problems of that file
     */
    Map<String, Environment> read(YamlMap map, BiFunction<String, String, Path> path) {
        if (map.isMap(KEY) || map.isList(KEY) || map.isEmpty(KEY)) {
            return map.map(KEY).map(this::all).orElse(Map.of());
        }
        return map.text(KEY)
                .map(text -> YamlFile.read(
                        path.apply(KEY, text),
                        Code.PROJECT_FILE,
                        "it needs at least the name of an environment, such as staging: {}",
                        this::all))
                .orElse(Map.of());
    }

    private Map<String, Environment> all(YamlMap map) {
        Map<String, Environment> environments = new LinkedHashMap<>();
        for (String name : map.keys()) {
            map.map(name).ifPresent(own -> environments.put(name, environment(name, own)));
        }
        return environments;
    }

    private Environment environment(String name, YamlMap map) {
        Optional<String> url = map.text("url");
        url.filter(AddressText::holdsSecret)
                .ifPresent(
                        u -> map.reportValue(
                                "url",
                                "a password stands in the project file",
                                "remove it, and name the variable that holds it with password-variable: NAME, or use ~/.pgpass"));
        map.refuse(
                "password",
                "a password stands in the project file",
                "remove it, and name the variable that holds it with password-variable: NAME, or use ~/.pgpass");
        Environment environment = new Environment(
                name,
                url.orElse(null),
                map.text("password-variable").orElse(null),
                tokens.apply(map),
                ProtectionReader.read(name, map),
                PoolReader.read(map));
        map.finish();
        return environment;
    }
}
