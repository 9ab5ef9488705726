package dev.lockkeeper.analytics.definition;

import dev.lockkeeper.problem.Nearest;
import dev.lockkeeper.project.YamlMap;
import dev.lockkeeper.project.YamlValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads the tests of a rollup; problems are collected by the file. */
final class ExampleReader {
    private ExampleReader() {}

    static List<Example> read(
            YamlMap map, Rollup.TargetColumns columns, List<Dimension> dimensions, List<Measure> measures) {
        List<String> known = Stream.of(
                        Stream.of(columns.bucket().name()),
                        Optional.ofNullable(columns.grain()).map(Rollup.Field::name).stream(),
                        dimensions.stream().map(Dimension::into),
                        measures.stream().map(Measure::into))
                .flatMap(part -> part)
                .toList();
        List<Example> examples = new ArrayList<>();
        map.map("tests").ifPresent(all -> {
            for (String name : all.keys()) {
                all.map(name).ifPresent(own -> {
                    List<Example.Row> expected = rows(own, "expect");
                    for (Example.Row row : expected) {
                        row.values().keySet().stream()
                                .filter(column -> !known.contains(column))
                                .forEach(column -> own.report(
                                        row.place(),
                                        column + " is no column that the rollup writes",
                                        Nearest.to(column, known)
                                                .map(n -> "did you mean " + n + "?")
                                                .orElse("known are " + String.join(", ", known))));
                        if (!row.values().containsKey(columns.bucket().name())) {
                            own.report(
                                    row.place(),
                                    "which bucket is expected is not said",
                                    "write " + columns.bucket().name() + ": 2026-01-01T00:00:00Z");
                        }
                    }
                    if (!own.has("given") || !own.has("expect")) {
                        own.report("a test has events and what comes of them", "write given: and expect:");
                    }
                    examples.add(new Example(name, all.placeOfKey(name), rows(own, "given"), expected));
                    own.finish();
                });
            }
        });
        return examples;
    }

    private static List<Example.Row> rows(YamlMap map, String key) {
        List<Example.Row> rows = new ArrayList<>();
        for (YamlMap row : map.maps(key)) {
            Map<String, YamlValue.Text> values = new LinkedHashMap<>();
            for (String column : row.keys()) {
                Optional<YamlValue> value = row.value(column);
                if (value.isPresent() && value.get() instanceof YamlValue.Text text) {
                    values.put(column, text);
                } else {
                    row.report(row.place(column), column + " must be a single value", "write it as COLUMN: VALUE");
                }
            }
            rows.add(new Example.Row(row.place(), values));
        }
        return rows;
    }
}
