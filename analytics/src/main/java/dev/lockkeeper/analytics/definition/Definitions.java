package dev.lockkeeper.analytics.definition;

import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.ScriptReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All rollups of a folder, in the order of its files. */
public record Definitions(List<Rollup> rollups) {
    public Definitions {
        rollups = List.copyOf(rollups);
    }

    /**
     * Reads every YAML file of a folder; what is in folders below it is not looked at.
     *
     * @throws LockkeeperException {@code analytics-file} with all problems of all files, {@code file-unreadable}
     */
    public static Definitions read(Path folder) {
        List<Problem> problems = new ArrayList<>();
        List<Rollup> rollups = new ArrayList<>();
        for (Path file : files(folder)) {
            try {
                rollups.addAll(RollupFile.read(file));
            } catch (LockkeeperException e) {
                problems.addAll(e.problems());
            }
        }
        problems.addAll(twice(rollups));
        problems.addAll(chained(rollups));
        if (!problems.isEmpty()) {
            throw new LockkeeperException(problems);
        }
        return new Definitions(rollups);
    }

    private static List<Path> files(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw Problem.of(Code.ANALYTICS_FILE, "there is no folder of rollups")
                    .at(Place.of(ScriptReader.display(folder)))
                    .help("make it, or name another one under analytics: in lockkeeper.yaml")
                    .asException();
        }
        try (Stream<Path> all = Files.list(folder)) {
            List<Path> files = all.filter(file -> file.getFileName().toString().matches("(?i)[^.].*\\.ya?ml"))
                    .sorted()
                    .toList();
            if (files.isEmpty()) {
                throw Problem.of(Code.ANALYTICS_FILE, "the folder of rollups holds no definition")
                        .at(Place.of(ScriptReader.display(folder)))
                        .help("write one into a file that ends in .yaml: docs/analytics.md shows how")
                        .asException();
            }
            return files;
        } catch (IOException e) {
            throw Problem.of(Code.FILE_UNREADABLE, "the folder of rollups cannot be read")
                    .at(Place.of(ScriptReader.display(folder)))
                    .because(e.getMessage())
                    .asException(e);
        }
    }

    private static List<Problem> twice(List<Rollup> rollups) {
        List<Problem> problems = new ArrayList<>();
        Map<String, Rollup> names = new HashMap<>();
        Map<ObjectName, Rollup> targets = new HashMap<>();
        Map<ObjectName, Rollup> keepers = new HashMap<>();
        for (Rollup rollup : rollups) {
            Rollup named = names.putIfAbsent(rollup.name(), rollup);
            if (named != null) {
                problems.add(Problem.of(Code.ANALYTICS_FILE, "there are two rollups " + rollup.name())
                        .at(rollup.place())
                        .because("the other one is at " + named.place())
                        .help("give one of them another name"));
            }
            Rollup keeper = rollup.partitions() == null
                    ? null
                    : keepers.putIfAbsent(rollup.source().name(), rollup);
            if (keeper != null) {
                problems.add(Problem.of(
                                Code.ANALYTICS_FILE,
                                "two rollups keep up the partitions of "
                                        + rollup.source().name())
                        .at(rollup.place())
                        .because("the other one is " + keeper.name() + " at " + keeper.place())
                        .help("write partitions: in one of them"));
            }
            Rollup writer = targets.putIfAbsent(rollup.target().name(), rollup);
            if (writer != null) {
                problems.add(Problem.of(
                                Code.ANALYTICS_FILE,
                                "two rollups write " + rollup.target().name())
                        .at(rollup.target().place())
                        .because("each would remove the rows of " + writer.name() + ", which is at " + writer.place()
                                + ", or the other way round")
                        .help("give one of them a table of its own"));
            }
        }
        return problems;
    }

    /** Rollups of rollups: what one writes is what the other reads. */
    private static List<Problem> chained(List<Rollup> rollups) {
        Map<ObjectName, Rollup> writers = new HashMap<>();
        rollups.forEach(one -> writers.putIfAbsent(one.target().name(), one));
        List<Problem> problems = new ArrayList<>();
        for (Rollup rollup : rollups) {
            Rollup writer = writers.get(rollup.source().name());
            if (writer != null && isOfItself(rollup, writers)) {
                problems.add(Problem.of(
                                Code.ANALYTICS_FILE,
                                "rollup " + rollup.name() + " is computed from what is computed from it")
                        .at(rollup.source().place())
                        .because("its source is written by " + writer.name() + ", which is at " + writer.place())
                        .help("name a table of events"));
            } else if (writer != null && writer.grains().size() > 1 && !dividesGrains(rollup, writer)) {
                problems.add(Problem.of(
                                Code.ANALYTICS_FILE,
                                "rollup " + rollup.name() + " would add up "
                                        + writer.grains().stream()
                                                .map(Grain::word)
                                                .collect(Collectors.joining("s and "))
                                        + "s of the same events")
                        .at(rollup.source().place())
                        .because("its source is written by " + writer.name() + ", which is at " + writer.place())
                        .help("name the table of events, or one that holds a single grain"));
            }
        }
        return problems;
    }

    private static boolean isOfItself(Rollup rollup, Map<ObjectName, Rollup> writers) {
        Set<Rollup> seen = new HashSet<>();
        Rollup at = rollup;
        while (at != null && seen.add(at)) {
            at = writers.get(at.source().name());
        }
        return rollup.equals(at);
    }

    private static boolean dividesGrains(Rollup rollup, Rollup writer) {
        Rollup.Field grain = writer.columns().grain();
        return grain != null
                && rollup.dimensions().stream().anyMatch(one -> one.column().equals(grain.name()) && !one.total());
    }
}
