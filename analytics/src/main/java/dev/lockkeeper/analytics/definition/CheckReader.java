package dev.lockkeeper.analytics.definition;

import dev.lockkeeper.analytics.definition.Check.What;
import dev.lockkeeper.problem.Nearest;
import dev.lockkeeper.project.YamlMap;
import dev.lockkeeper.sql.Splitter;
import dev.lockkeeper.sql.SqlFlaw;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/** Reads the checks of a rollup; problems are collected by the file. */
final class CheckReader {
    private static final Threshold NONE = new Threshold(">", BigDecimal.ZERO);

    private final List<Grain> grains;
    private final List<String> measures;
    private final Set<String> unread = new HashSet<>();
    private final Map<String, Function<YamlMap, Optional<What>>> kinds;

    private CheckReader(List<Grain> grains, List<Measure> measures) {
        this.grains = grains;
        this.measures = measures.stream().map(Measure::into).toList();
        this.kinds = new TreeMap<>(Map.of(
                "row-count", map -> map.word("row-count", List.of("raw")).map(word -> new What.RowCount()),
                "sum", map -> measure(map, "sum").map(What.Sum::new),
                "ratio", this::ratio,
                "equals-raw", this::equalsRaw,
                "no-null", map -> map.text("no-null").map(What.NoNull::new),
                "unique", CheckReader::unique,
                "freshness", map -> map.word("freshness", List.of("bucket")).map(word -> new What.Freshness()),
                "volume", this::volume,
                "sql", CheckReader::sql));
    }

    static List<Check> read(YamlMap map, List<Grain> grains, List<Dimension> dimensions, List<Measure> measures) {
        CheckReader reader = new CheckReader(grains, measures);
        // one that could not be read is told by itself
        map.map("measures").ifPresent(own -> reader.unread.addAll(own.keys()));
        List<Check> checks = new ArrayList<>();
        map.map("checks").ifPresent(all -> {
            for (String name : all.keys()) {
                all.map(name)
                        .ifPresentOrElse(
                                own -> reader.check(name, all, own).ifPresent(checks::add),
                                () -> all.reportKey(name, "the check " + name + " says nothing", "write fail:"));
            }
        });
        dimensions.stream()
                .filter(Dimension::nullsRefused)
                .forEach(one -> checks.add(new Check(
                        "null of " + one.column(),
                        one.place(),
                        new What.NoNull(one.column()),
                        grains.get(0),
                        null,
                        NONE,
                        BigDecimal.ZERO,
                        true)));
        return checks;
    }

    private Optional<Check> check(String name, YamlMap all, YamlMap map) {
        List<String> found = map.keys().stream().filter(kinds::containsKey).toList();
        Optional<What> what = Optional.empty();
        if (found.size() == 1) {
            what = kinds.getOrDefault(found.get(0), m -> Optional.empty()).apply(map);
            if (what.isEmpty() && map.isEmpty(found.get(0))) {
                map.reportValue(found.get(0), "this says nothing", "docs/analytics.md has an example of each check");
            }
        } else {
            map.report("a check looks at one thing", "write one of " + String.join(", ", kinds.keySet()));
        }
        // so that the nearest of them is named for a key that is not known
        kinds.keySet().forEach(map::has);
        Threshold warn = threshold(map, "warn").orElse(null);
        Threshold fail = threshold(map, "fail").orElse(null);
        boolean counts = what.filter(
                        w -> w instanceof What.NoNull || w instanceof What.Unique || w instanceof What.EqualsRaw)
                .isPresent();
        if (!map.has("warn") && !map.has("fail")) {
            if (counts) {
                fail = NONE;
            } else {
                map.report("nothing that is observed is too much or too little", "write fail: \"> 0.05\", or warn:");
            }
        }
        boolean blocking = flag(map, "blocking");
        if (blocking && found.contains("freshness")) {
            map.reportValue("blocking", "what is of all buckets keeps none from being published", "remove blocking:");
        }
        Grain grain = map.word("grain", grains.stream().map(Grain::word).toList())
                .map(Grain::of)
                .orElse(grains.get(0));
        if (grain != grains.get(0) && what.filter(CheckReader::readsEvents).isPresent()) {
            map.reportValue("grain", "what looks at events does so for the shortest bucket", "remove grain:");
        }
        Check read = new Check(
                name,
                all.placeOfKey(name),
                what.orElse(new What.RowCount()),
                grain,
                warn,
                fail,
                number(map, "min-sample"),
                blocking);
        map.finish();
        return what.map(w -> read);
    }

    private static boolean readsEvents(What what) {
        return what instanceof What.RowCount || what instanceof What.NoNull || what instanceof What.Unique;
    }

    private static boolean flag(YamlMap map, String key) {
        return map.word(key, List.of("true", "false"))
                .map(Boolean::parseBoolean)
                .orElse(false);
    }

    private static BigDecimal number(YamlMap map, String key) {
        Optional<String> text = map.text(key);
        if (text.isPresent() && !text.get().matches("\\d{1,18}")) {
            map.reportValue(key, text.get() + " is not a number", "write a whole number");
            return BigDecimal.ZERO;
        }
        return text.map(BigDecimal::new).orElse(BigDecimal.ZERO);
    }

    private static Optional<Threshold> threshold(YamlMap map, String key) {
        Optional<String> text = map.text(key);
        Optional<Threshold> threshold = text.flatMap(Threshold::parse);
        if (text.isPresent() && threshold.isEmpty()) {
            map.reportValue(key, text.get() + " is not a threshold", "write one in quotes, such as \"> 0.05\"");
        }
        return threshold;
    }

    private Optional<String> measure(YamlMap map, String key) {
        return map.text(key).filter(name -> known(map, key, name));
    }

    private boolean known(YamlMap map, String key, String name) {
        if (measures.contains(name)) {
            return true;
        }
        if (unread.contains(name)) {
            return false;
        }
        map.reportValue(
                key,
                name + " is no measure of this rollup",
                Nearest.to(name, measures)
                        .map(n -> "did you mean " + n + "?")
                        .orElse("known are " + String.join(", ", measures)));
        return false;
    }

    private Optional<What> ratio(YamlMap map) {
        List<String> two = map.list("ratio");
        if (two.size() != 2) {
            map.reportValue("ratio", "a ratio is of two measures", "write ratio: [error_count, request_count]");
            return Optional.empty();
        }
        boolean part = known(map, "ratio", two.get(0));
        boolean whole = known(map, "ratio", two.get(1));
        return part && whole ? Optional.of(new What.Ratio(two.get(0), two.get(1))) : Optional.empty();
    }

    private Optional<What> equalsRaw(YamlMap map) {
        List<String> some =
                map.isList("equals-raw") || !map.text("equals-raw").orElse("").equals("all")
                        ? map.list("equals-raw")
                        : measures;
        return !some.isEmpty() && some.stream().allMatch(one -> known(map, "equals-raw", one))
                ? Optional.of(new What.EqualsRaw(some))
                : Optional.empty();
    }

    private static Optional<What> unique(YamlMap map) {
        Duration around = RollupFile.duration(map, "around").orElse(Duration.ofDays(1));
        return map.text("unique").map(column -> new What.Unique(column, around));
    }

    private Optional<What> volume(YamlMap map) {
        Duration before = RollupFile.duration(map, "before").orElse(Duration.ofDays(7));
        Duration bucket = grains.get(grains.size() - 1).length();
        if (before.toMillis() % bucket.toMillis() != 0) {
            map.reportValue("before", "no bucket begins then", "write whole days, such as 7d");
        }
        return measure(map, "volume").map(name -> new What.Volume(name, before));
    }

    /** The query stands in parentheses, so that nothing but a query can be in it, and reads only. */
    private static Optional<What> sql(YamlMap map) {
        Optional<String> query = map.text("sql").map(String::strip);
        if (query.isEmpty()) {
            return Optional.empty();
        }
        String text = query.get();
        if (!text.contains(":from") || !text.contains(":to")) {
            map.reportValue(
                    "sql",
                    "the query is not limited to a bucket",
                    "compare the time with its bounds, bare: t.occurred_at >= :from and t.occurred_at < :to");
        }
        try {
            // semicolons within parentheses divide nothing, and parentheses of its own could end ours
            if (Splitter.split(text + "\n;").size() != 1
                    || Splitter.split("select (\n" + text + "\n)").size() != 1) {
                map.reportValue("sql", "this is more than one statement", "write one query, without a semicolon");
            }
        } catch (SqlFlaw e) {
            map.report(map.place("sql"), "this is no query: " + e.getMessage(), "write one that gives one number");
        }
        return Optional.of(new What.Sql(text));
    }
}
