package dev.lockkeeper.stewardship.volume;

import dev.lockkeeper.project.YamlMap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/** Reads how the values of a column are made; problems are collected by the file. */
final class RecipeReader {
    private static final Map<String, Function<YamlMap, Function<ColumnShape, Maker>>> KINDS =
            new TreeMap<>(Map.ofEntries(
                    Map.entry("sequence", RecipeReader::sequence),
                    Map.entry("uuid", RecipeReader::uuid),
                    Map.entry("choice", RecipeReader::choice),
                    Map.entry("between", RecipeReader::between),
                    Map.entry("normal", RecipeReader::normal),
                    Map.entry("zipf", RecipeReader::zipf),
                    Map.entry("time", RecipeReader::time),
                    Map.entry("words", RecipeReader::words),
                    Map.entry("email", map -> Makers.email(map.text("email").orElse("example.com"))),
                    Map.entry("template", RecipeReader::template),
                    Map.entry("expression", RecipeReader::expression),
                    Map.entry("case", RecipeReader::cases),
                    Map.entry("value", map -> Makers.constant(map.text("value").orElse(null))),
                    Map.entry("chance", map -> Makers.chance(number(map, "chance", 0.5, 0, 1))),
                    Map.entry("bytes", map -> Makers.bytes((int) number(map, "bytes", 16, 0, 1 << 20))),
                    Map.entry("hex", map -> Makers.hex((int) number(map, "hex", 32, 0, 1 << 20)))));

    private static Maker nothing(ColumnShape unused) {
        return (row, draw) -> null;
    }

    private RecipeReader() {}

    static Recipe read(YamlMap columns, String column) {
        Optional<YamlMap> written = columns.map(column);
        if (written.isEmpty()) {
            columns.report(
                    columns.place(column), "how " + column + " is made is not said", "write {words: 3}, or null: 1");
            return new Recipe(columns.place(column), Set.of(), 0, RecipeReader::nothing);
        }
        YamlMap map = written.get();
        List<String> kinds = map.keys().stream().filter(KINDS::containsKey).toList();
        double nulls = number(map, "null", 0, 0, 1);
        Function<ColumnShape, Maker> make = RecipeReader::nothing;
        if (kinds.size() == 1) {
            make = KINDS.getOrDefault(kinds.get(0), m -> RecipeReader::nothing).apply(map);
        } else if (kinds.size() > 1 || (map.keys().stream().allMatch("null"::equals) && nulls < 1)) {
            map.report("a column is made in one way", "write one of " + String.join(", ", KINDS.keySet()));
        }
        // so that the nearest of them is named for a key that is not known
        KINDS.keySet().forEach(map::has);
        Recipe recipe = new Recipe(columns.place(column), reads(map), nulls, make);
        map.finish();
        return recipe;
    }

    private static Set<String> reads(YamlMap map) {
        return Stream.of(
                        map.text("template").map(Template::columns),
                        map.text("expression").map(Expression::columns),
                        map.has("when") ? map.text("case").map(Set::of) : Optional.<Set<String>>empty())
                .flatMap(Optional::stream)
                .findFirst()
                .orElse(Set.of());
    }

    private static Function<ColumnShape, Maker> sequence(YamlMap map) {
        return Makers.sequence(number(map, "sequence", 1), map.has("step") ? number(map, "step", 1) : 1);
    }

    private static Function<ColumnShape, Maker> uuid(YamlMap map) {
        return map.word("uuid", List.of("random", "ordered")).orElse("random").equals("ordered")
                ? Makers.orderedUuid()
                : Makers.uuid();
    }

    private static Function<ColumnShape, Maker> choice(YamlMap map) {
        Map<String, Double> weights = new LinkedHashMap<>();
        if (map.isList("choice")) {
            map.list("choice").forEach(word -> weights.put(word, 1.0));
        } else {
            map.map("choice")
                    .ifPresent(all -> all.keys().forEach(word -> weights.put(word, number(all, word, 1, 0, 1e12))));
        }
        if (weights.values().stream().mapToDouble(w -> w).sum() <= 0) {
            map.report(map.place("choice"), "there is nothing to choose from", "write [ONE, TWO], or {ONE: 3, TWO: 1}");
            return RecipeReader::nothing;
        }
        return Makers.choice(weights);
    }

    private static Function<ColumnShape, Maker> between(YamlMap map) {
        List<String> bounds = map.list("between");
        boolean numbers = bounds.size() == 2
                && bounds.stream().allMatch(RecipeReader::isNumber)
                && Double.parseDouble(bounds.get(0)) <= Double.parseDouble(bounds.get(1));
        boolean times = bounds.size() == 2
                && bounds.stream().allMatch(b -> Moments.parse(b).isPresent())
                && Moments.parse(bounds.get(0)).orElseThrow()
                        < Moments.parse(bounds.get(1)).orElseThrow();
        if (!numbers && !times) {
            map.report(map.place("between"), "between has no span", "write the least and the most, such as [1, 100]");
            return RecipeReader::nothing;
        }
        return times
                ? Makers.time(new Moments(
                        Moments.parse(bounds.get(0)).orElseThrow(),
                        Moments.parse(bounds.get(1)).orElseThrow(),
                        Moments.Rhythm.EVEN))
                : Makers.between(Double.parseDouble(bounds.get(0)), Double.parseDouble(bounds.get(1)));
    }

    private static Function<ColumnShape, Maker> normal(YamlMap map) {
        Optional<YamlMap> bell = map.map("normal");
        if (bell.isEmpty()) {
            return RecipeReader::nothing;
        }
        YamlMap given = bell.get();
        Function<ColumnShape, Maker> maker = Makers.normal(
                number(given, "mean", 0, -1e15, 1e15),
                number(given, "deviation", 1, 0, 1e15),
                number(given, "least", -1e15, -1e15, 1e15),
                number(given, "most", 1e15, -1e15, 1e15));
        given.finish();
        return maker;
    }

    private static Function<ColumnShape, Maker> zipf(YamlMap map) {
        int values = (int) number(map, "zipf", 1000, 1, 10_000_000);
        return Makers.zipf(Weights.skewed(values, number(map, "skew", 1, 0, 10)));
    }

    private static Function<ColumnShape, Maker> time(YamlMap map) {
        Optional<YamlMap> span = map.map("time");
        if (span.isEmpty()) {
            return RecipeReader::nothing;
        }
        YamlMap given = span.get();
        Optional<Long> from = given.text("from").flatMap(Moments::parse);
        Optional<Long> to = given.text("to").flatMap(Moments::parse);
        Moments.Rhythm rhythm = given.word(
                        "rhythm",
                        Stream.of(Moments.Rhythm.values())
                                .map(Moments.Rhythm::word)
                                .toList())
                .map(word -> Moments.Rhythm.valueOf(word.toUpperCase(java.util.Locale.ROOT)))
                .orElse(Moments.Rhythm.EVEN);
        given.finish();
        if (from.isEmpty() || to.isEmpty() || from.get() >= to.get()) {
            map.report(
                    map.place("time"),
                    "the time has no span",
                    "write from: and to: as days such as 2026-01-31, or as 2026-01-31T08:00:00Z");
            return RecipeReader::nothing;
        }
        return Makers.time(new Moments(from.get(), to.get(), rhythm));
    }

    private static Function<ColumnShape, Maker> words(YamlMap map) {
        List<String> counts = map.list("words");
        if (counts.isEmpty() || counts.size() > 2 || !counts.stream().allMatch(c -> c.matches("\\d{1,4}"))) {
            map.report(map.place("words"), "how many words is not said", "write words: 3, or words: [2, 8]");
            return RecipeReader::nothing;
        }
        int least = Integer.parseInt(counts.get(0));
        return Makers.words(least, Math.max(least, Integer.parseInt(counts.get(counts.size() - 1))));
    }

    private static Function<ColumnShape, Maker> template(YamlMap map) {
        return Makers.template(Template.of(map.text("template").orElse("")));
    }

    private static Function<ColumnShape, Maker> expression(YamlMap map) {
        String text = map.text("expression").orElse("");
        try {
            Expression parsed = Expression.parse(text);
            return Makers.expression(parsed);
        } catch (IllegalArgumentException e) {
            map.report(
                    map.place("expression"),
                    "this is no expression: " + e.getMessage(),
                    "write numbers, columns, + - * / and parentheses");
            return RecipeReader::nothing;
        }
    }

    private static Function<ColumnShape, Maker> cases(YamlMap map) {
        Map<String, String> when = new LinkedHashMap<>();
        List<String> nulls = new ArrayList<>();
        map.map("when")
                .ifPresent(all -> all.texts().forEach((word, value) -> {
                    if (value == null) {
                        nulls.add(word);
                    } else {
                        when.put(word, value);
                    }
                }));
        if (when.isEmpty()) {
            map.report(
                    map.place("case"),
                    "case says no value",
                    "write {case: COLUMN, when: {ITS VALUE: VALUE}, else: VALUE}");
        }
        return Makers.cases(
                map.text("case").orElse(""), when, nulls, map.text("else").orElse(null));
    }

    private static boolean isNumber(String text) {
        return text.matches("-?\\d{1,15}(\\.\\d{1,15})?");
    }

    private static long number(YamlMap map, String key, long otherwise) {
        String text = map.text(key).orElse(Long.toString(otherwise)).replace("_", "");
        if (text.matches("-?\\d{1,18}")) {
            return Long.parseLong(text);
        }
        map.reportValue(key, text + " is not a whole number", "write one, such as 1");
        return otherwise;
    }

    /** A number within bounds. */
    static double number(YamlMap map, String key, double otherwise, double least, double most) {
        String text = map.text(key).orElse("").replace("_", "");
        if (text.isEmpty()) {
            return otherwise;
        }
        if (isNumber(text) && Double.parseDouble(text) >= least && Double.parseDouble(text) <= most) {
            return Double.parseDouble(text);
        }
        map.reportValue(
                key,
                text + " is not a number for " + key,
                "write a number from " + plain(least) + " to " + plain(most));
        return otherwise;
    }

    private static String plain(double number) {
        return new java.math.BigDecimal(number).toPlainString();
    }
}
