package dev.lockkeeper.project;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads the pools of one environment of a project file. */
final class PoolReader {
    private PoolReader() {}

    /** Reads them; problems are collected by the map. */
    static List<PoolDeclaration> read(YamlMap environment) {
        List<PoolDeclaration> pools = new ArrayList<>();
        environment.map("pools").ifPresent(all -> {
            for (String name : all.keys()) {
                if (!Component.isName(name)) {
                    all.reportKey(
                            name,
                            "this is not a name for a pool",
                            "a name has up to 63 letters, digits, underscores, dots and hyphens");
                }
                all.map(name).ifPresent(map -> pools.add(pool(name, map)));
            }
        });
        return pools;
    }

    private static PoolDeclaration pool(String name, YamlMap map) {
        Optional<String> word = map.word("profile", PoolProfile.words());
        if (word.isEmpty() && !map.has("profile") && !map.isMistyped("profile")) {
            map.report(
                    "the pool " + name + " has no profile",
                    "write profile: with one of " + String.join(", ", PoolProfile.words()));
        }
        PoolProfile profile = word.map(one -> PoolProfile.valueOf(one.toUpperCase(Locale.ROOT)))
                .orElse(PoolProfile.DEV);
        PoolDeclaration pool = new PoolDeclaration(
                name,
                profile,
                number(map, "max").orElse(profile.max()),
                duration(map, "idle", profile.idle()),
                duration(map, "connect-timeout", profile.connect()),
                number(map, "instances").orElse(1),
                number(map, "server-connections").orElse(null),
                map.text("role").orElse(null));
        map.finish();
        return pool;
    }

    private static Optional<Integer> number(YamlMap map, String key) {
        return map.text(key).map(text -> {
            if (text.matches("[1-9][0-9]{0,5}")) {
                return Integer.parseInt(text);
            }
            map.reportValue(key, text + " is not a number of " + key, "write a number from 1 to 999999");
            return 1;
        });
    }

    private static Duration duration(YamlMap map, String key, Duration usual) {
        return map.text(key)
                .map(text -> DurationText.parse(text).orElseGet(() -> {
                    map.reportValue(
                            key, text + " is not a duration", "write a number with ms, s or min, such as 30s, or none");
                    return usual;
                }))
                .orElse(usual);
    }
}
