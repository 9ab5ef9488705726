package dev.lockkeeper.analytics.definition;

import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.source.Checksum;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Events added up by time and dimensions: what one table of sums holds.
 *
 * @param grains from the shortest on; each longer one is added up from the one before it
 * @param partitionBy the dimension by which parts of a bucket are computed anew, which is a column of the source; null for whole buckets
 * @param sealAfter how long after its end a bucket stays as it is for ever; null for never
 * @param budget how long an hour of events may take
 * @param keep how long runs, and results of checks and comparisons, are kept
 * @param partitions how those of the events are kept up; null when that is no matter of ours
 */
public record Rollup(
        String name,
        Place place,
        Table source,
        Field time,
        List<Grain> grains,
        List<Dimension> dimensions,
        @Nullable Field partitionBy,
        List<Measure> measures,
        Table target,
        TargetColumns columns,
        @Nullable Duration sealAfter,
        Late late,
        Bounds bounds,
        Duration budget,
        Duration keep,
        @Nullable PartitionRule partitions,
        List<Check> checks,
        List<Example> examples) {
    public Rollup {
        grains = List.copyOf(grains);
        dimensions = List.copyOf(dimensions);
        measures = List.copyOf(measures);
        checks = List.copyOf(checks);
        examples = List.copyOf(examples);
    }

    /** A table that the file names. */
    public record Table(Place place, ObjectName name) {}

    /** A column that the file names. */
    public record Field(Place place, String name) {}

    /**
     * The columns of the target beside dimensions and measures.
     *
     * @param grain null where there is one grain only
     * @param written when the row was last changed; null for none
     */
    public record TargetColumns(
            @Nullable Field grain, Field bucket, @Nullable Field written) {}

    /** What becomes of events that come after their bucket was sealed. They are recorded either way. */
    public enum Late {
        /** The bucket stays as it is. */
        QUARANTINE,
        /** The bucket is opened again, when no event is gone since it was sealed. */
        REOPEN
    }

    /**
     * Which times an event may have when it is written.
     *
     * @param future how far ahead of the clock of the server; null for any
     * @param past how far behind; null for any
     */
    public record Bounds(
            @Nullable Duration future, @Nullable Duration past) {}

    /** The same, made of what another table has of the events. */
    public Rollup of(ObjectName events) {
        return new Rollup(
                name,
                place,
                new Table(source.place(), events),
                time,
                grains,
                dimensions,
                partitionBy,
                measures,
                target,
                columns,
                sealAfter,
                late,
                bounds,
                budget,
                keep,
                partitions,
                checks,
                examples);
    }

    /** The shortest grain, which is computed from events. */
    public Grain base() {
        return grains.get(0);
    }

    /**
     * The grain that a longer one is added up from; empty for one that is computed from events: the shortest, and each where a sum is
     * rounded, because that is done once.
     */
    public Optional<Grain> below(Grain grain) {
        int at = grains.indexOf(grain);
        return at <= 0 || rounds() ? Optional.empty() : Optional.of(grains.get(at - 1));
    }

    private boolean rounds() {
        return measures.stream().anyMatch(one -> one instanceof Measure.Sum sum && sum.scale() != null);
    }

    /** The grain that is added up from this one; empty for the longest. */
    public Optional<Grain> above(Grain grain) {
        int at = grains.indexOf(grain);
        return at < 0 || at + 1 == grains.size() ? Optional.empty() : Optional.of(grains.get(at + 1));
    }

    /** The dimension by which parts of a bucket are computed anew; empty where whole ones are. */
    public Optional<Dimension> partition() {
        return dimensions.stream()
                .filter(one -> partitionBy != null && one.column().equals(partitionBy.name()))
                .findFirst();
    }

    /** The columns of the target by which its rows are told apart, in their order. */
    public List<String> key() {
        return Stream.of(
                        Optional.ofNullable(columns.grain()).map(Field::name).stream(),
                        Stream.of(columns.bucket().name()),
                        dimensions.stream().map(Dimension::into))
                .flatMap(part -> part)
                .toList();
    }

    /** The digest of all that decides what rows are made: when it changes, they are made anew. Checks and limits are no part of it. */
    public String hash() {
        String text = Stream.of(
                        Stream.of(
                                source.name().quoted(),
                                time.name(),
                                target.name().quoted()),
                        grains.stream().map(Grain::word),
                        Stream.of(partitionBy == null ? "" : partitionBy.name()),
                        dimensions.stream()
                                .map(one -> one.column() + "\0" + one.into() + (one.total() ? "\0total" : "")),
                        measures.stream().map(Rollup::meaning),
                        key().stream())
                .map(part -> part.collect(Collectors.joining("\1")))
                .collect(Collectors.joining("\2"));
        return Checksum.of(text).value();
    }

    /** The digest of all that decides what marks are left: when it changes, the marks must come anew, by a migration. */
    public String markHash() {
        return Checksum.of(String.join(
                        "\2",
                        source.name().quoted(),
                        time.name(),
                        base().word(),
                        partitionBy == null ? "" : partitionBy.name(),
                        bounds.toString()))
                .value();
    }

    private static String meaning(Measure measure) {
        if (measure instanceof Measure.CountIf some) {
            Condition condition = some.condition();
            return "count-if\0" + some.into() + "\0" + condition.column() + "\0" + condition.operator() + "\0"
                    + condition.values();
        }
        if (measure instanceof Measure.Sum sum) {
            return "sum\0" + sum.into() + "\0" + sum.columns() + "\0" + sum.scale();
        }
        return "count\0" + measure.into();
    }
}
