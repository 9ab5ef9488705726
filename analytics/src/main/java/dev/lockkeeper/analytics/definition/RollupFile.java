package dev.lockkeeper.analytics.definition;

import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Nearest;
import dev.lockkeeper.project.Component;
import dev.lockkeeper.project.DurationText;
import dev.lockkeeper.project.YamlFile;
import dev.lockkeeper.project.YamlMap;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads a file of rollups. */
final class RollupFile {
    private static final Duration USUAL_BUDGET = Duration.ofMinutes(5);
    private static final Duration USUAL_KEEP = Duration.ofDays(90);
    private static final Duration SHORTEST_KEEP = Duration.ofDays(7);

    private RollupFile() {}

    static List<Rollup> read(Path file) {
        return YamlFile.read(file, Code.ANALYTICS_FILE, "it needs version: 1 and rollups:", RollupFile::rollups);
    }

    private static List<Rollup> rollups(YamlMap map) {
        if (map.has("version")) {
            map.word("version", List.of("1"));
        } else {
            map.reportSelf("the version of the form is missing", "write version: 1");
        }
        List<Rollup> rollups = new ArrayList<>();
        Optional<YamlMap> all = map.map("rollups");
        all.ifPresent(named -> {
            for (String name : named.keys()) {
                if (!Component.isName(name)) {
                    named.reportKey(
                            name,
                            "this is not a name for it",
                            "a name has up to 63 letters, digits, underscores, dots and hyphens");
                }
                named.map(name)
                        .ifPresentOrElse(
                                own -> rollups.add(rollup(name, named, own)),
                                () -> named.reportKey(name, "the rollup " + name + " says nothing", "write source:"));
            }
        });
        if (all.isEmpty() || all.get().keys().isEmpty()) {
            map.reportSelf("the file defines no rollup", "write rollups: with a name, and source: below it");
        }
        map.finish();
        return rollups;
    }

    private static Rollup rollup(String name, YamlMap all, YamlMap map) {
        Rollup.Table source = table(map, "source");
        Rollup.Table target = table(map, "target");
        if (source.name().equals(target.name()) && map.has("source")) {
            map.reportValue("target", "a rollup cannot write the table that it reads", "name another table");
        }
        Rollup.Field time = needed(map, "time", "time: COLUMN, the time of the event");
        List<Grain> grains = grains(map);
        List<Dimension> dimensions = dimensions(map);
        List<Measure> measures = MeasureReader.read(map);
        Rollup.@Nullable Field partition = map.text("partition-by")
                .map(column -> new Rollup.Field(map.place("partition-by"), column))
                .orElse(null);
        if (partition != null
                && dimensions.stream().noneMatch(one -> one.column().equals(partition.name()))) {
            map.reportValue(
                    "partition-by",
                    partition.name() + " is no dimension",
                    "name one of dimensions:, the one by which events come");
        }
        dimensions.stream()
                .filter(one -> one.total() && partition != null && one.column().equals(partition.name()))
                .forEach(one -> map.reportValue(
                        "partition-by",
                        "a bucket is not parted by " + one.column() + ", over which its totals go",
                        "name another dimension, or say null: keep"));
        Rollup.TargetColumns columns = columns(map, grains);
        apart(map, columns, dimensions, measures);
        Rollup.Bounds bounds = map.map("bounds")
                .map(own -> {
                    Rollup.Bounds read = new Rollup.Bounds(
                            duration(own, "future").orElse(null),
                            duration(own, "past").orElse(null));
                    own.finish();
                    return read;
                })
                .orElse(new Rollup.Bounds(null, null));
        Duration sealAfter = duration(map, "seal-after").orElse(null);
        Rollup rollup = new Rollup(
                name,
                all.placeOfKey(name),
                source,
                time,
                grains,
                dimensions,
                partition,
                measures,
                target,
                columns,
                sealAfter,
                map.word("late", List.of("quarantine", "reopen"))
                        .map(word -> Rollup.Late.valueOf(word.toUpperCase(Locale.ROOT)))
                        .orElse(Rollup.Late.QUARANTINE),
                bounds,
                duration(map, "budget").orElse(USUAL_BUDGET),
                keep(map),
                PartitionRuleReader.read(map, grains, sealAfter),
                CheckReader.read(map, grains, dimensions, measures),
                ExampleReader.read(map, columns, dimensions, measures));
        map.finish();
        return rollup;
    }

    /** Status looks back for a week. */
    private static Duration keep(YamlMap map) {
        Duration keep = duration(map, "keep").orElse(USUAL_KEEP);
        if (keep.compareTo(SHORTEST_KEEP) < 0) {
            map.reportValue(
                    "keep", "analytics status tells of the last 7 days", "keep runs and results for 7d or longer");
        }
        return keep;
    }

    private static List<Grain> grains(YamlMap map) {
        List<Grain> grains = new ArrayList<>();
        for (String word : map.list("grains")) {
            if (Grain.words().contains(word)) {
                grains.add(Grain.of(word));
            } else {
                map.reportValue("grains", word + " is not a grain", "allowed are " + String.join(", ", Grain.words()));
            }
        }
        List<Grain> ordered = grains.stream().distinct().sorted().toList();
        if (ordered.isEmpty()) {
            if (map.list("grains").isEmpty()) {
                missing(map, "grains", "how long a bucket is is not said", "write grains: [hour, day]");
            }
            return List.of(Grain.HOUR);
        }
        return ordered;
    }

    private static List<Dimension> dimensions(YamlMap map) {
        List<Dimension> dimensions = new ArrayList<>();
        if (map.isMap("dimensions")) {
            YamlMap all = map.map("dimensions").orElseThrow();
            for (String column : all.keys()) {
                Optional<YamlMap> own = all.isMap(column) ? all.map(column) : Optional.empty();
                String into = own.map(o -> o.text("into").orElse(column))
                        .orElseGet(() ->
                                all.isEmpty(column) ? column : all.text(column).orElse(column));
                String nulls = own.flatMap(o -> o.word("null", List.of("keep", "refuse", "total")))
                        .orElse("keep");
                own.ifPresent(YamlMap::finish);
                dimensions.add(new Dimension(
                        all.placeOfKey(column), column, into, nulls.equals("refuse"), nulls.equals("total")));
            }
        } else {
            map.list("dimensions")
                    .forEach(column ->
                            dimensions.add(new Dimension(map.place("dimensions"), column, column, false, false)));
        }
        return dimensions;
    }

    private static Rollup.TargetColumns columns(YamlMap map, List<Grain> grains) {
        Optional<YamlMap> own = map.map("columns");
        Rollup.@Nullable Field grain = own.flatMap(o -> field(o, "grain")).orElse(null);
        if (grain == null && grains.size() > 1) {
            map.report(
                    "which column of the target says hour or day is not said",
                    "write columns: {grain: COLUMN, bucket: COLUMN}");
        }
        Rollup.Field bucket = own.flatMap(o -> field(o, "bucket")).orElse(new Rollup.Field(map.place(), ""));
        if (bucket.name().isEmpty()) {
            map.report(
                    "which column of the target says when a bucket begins is not said",
                    "write columns: {bucket: COLUMN}");
        }
        Rollup.@Nullable Field written = own.flatMap(o -> field(o, "written")).orElse(null);
        own.ifPresent(YamlMap::finish);
        return new Rollup.TargetColumns(grain, bucket, written);
    }

    /** Each column of the target gets one value. */
    private static void apart(
            YamlMap map, Rollup.TargetColumns columns, List<Dimension> dimensions, List<Measure> measures) {
        List<String> names = new ArrayList<>();
        names.add(columns.bucket().name());
        Optional.ofNullable(columns.grain()).ifPresent(field -> names.add(field.name()));
        Optional.ofNullable(columns.written()).ifPresent(field -> names.add(field.name()));
        dimensions.forEach(one -> names.add(one.into()));
        measures.forEach(one -> names.add(one.into()));
        Set<String> seen = new HashSet<>();
        Set<String> twice = new TreeSet<>();
        names.forEach(name -> {
            if (!seen.add(name)) {
                twice.add(name);
            }
        });
        twice.forEach(name ->
                map.report("the column " + name + " of the target gets two values", "give each a column of its own"));
    }

    private static Optional<Rollup.Field> field(YamlMap map, String key) {
        return map.text(key).map(name -> new Rollup.Field(map.place(key), name));
    }

    /** One mistake is told once: a key that is nearly this one is told by its own name. */
    private static void missing(YamlMap map, String key, String message, String help) {
        if (map.keys().stream().allMatch(one -> Nearest.to(one, List.of(key)).isEmpty())) {
            map.report(message, help);
        }
    }

    private static Rollup.Field needed(YamlMap map, String key, String help) {
        return field(map, key).orElseGet(() -> {
            missing(map, key, key + " is missing", "write " + help);
            return new Rollup.Field(map.place(), "");
        });
    }

    private static Rollup.Table table(YamlMap map, String key) {
        Optional<String> text = map.text(key);
        Optional<ObjectName> name = text.flatMap(ObjectName::written);
        if (text.isPresent() && name.isEmpty()) {
            map.reportValue(key, text.get() + " is not a name with a schema", "write it as SCHEMA.NAME");
        } else if (text.isEmpty()) {
            missing(map, key, key + " is missing", "write " + key + ": SCHEMA.NAME");
        }
        return new Rollup.Table(
                text.isPresent() ? map.place(key) : map.place(),
                name.orElse(new ObjectName(key, map.place().toString())));
    }

    /** A time from 1 ms on. */
    static Optional<Duration> duration(YamlMap map, String key) {
        Optional<String> text = map.text(key);
        Optional<Duration> duration = text.flatMap(DurationText::parse).filter(one -> !one.isZero());
        if (text.isPresent() && duration.isEmpty()) {
            map.reportValue(key, text.get() + " is not a duration", DurationText.advice(text.get(), "35d"));
        }
        return duration;
    }
}
