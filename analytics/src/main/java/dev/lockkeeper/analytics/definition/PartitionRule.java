package dev.lockkeeper.analytics.definition;

import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.problem.Place;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How the partitions of a table of events are kept up: made ahead of the clock, never after what the events say, and let go when their time
 * is over and their sums are final.
 *
 * @param width what time a new partition spans
 * @param ahead how far ahead of now partitions are made
 * @param ready how much of that must be there at any time
 * @param keep how long after its end a partition stays; null for ever
 * @param functions of the schema that do it; null where the owner of the table makes and drops partitions
 * @param form what rows are written as before they go; null for Parquet where DuckDB is there, and JSON elsewhere
 */
public record PartitionRule(
        Place place,
        Width width,
        Duration ahead,
        Duration ready,
        @Nullable Duration keep,
        @Nullable Functions functions,
        @Nullable Form form) {
    /** What the rows of a partition that goes are written as. */
    public enum Form {
        /** Columns, compressed; by DuckDB. */
        PARQUET,
        /** A row as JSON in each line. */
        JSON
    }

    /** What a project has already for its partitions. */
    public record Functions(
            ObjectName create,
            @Nullable ObjectName retire,
            @Nullable ObjectName drop) {}

    /** Whole days or months of UTC. */
    public enum Width {
        DAY("uuuuMMdd"),
        MONTH("uuuuMM");

        private final DateTimeFormatter name;

        Width(String name) {
            this.name = DateTimeFormatter.ofPattern(name, Locale.ROOT).withZone(ZoneOffset.UTC);
        }

        /** The start of the span that an instant is in. */
        public Instant start(Instant instant) {
            LocalDate day = LocalDate.ofInstant(instant, ZoneOffset.UTC);
            return (this == DAY ? day : day.withDayOfMonth(1))
                    .atStartOfDay(ZoneOffset.UTC)
                    .toInstant();
        }

        /** The start of the next span. */
        public Instant next(Instant instant) {
            LocalDate day = LocalDate.ofInstant(start(instant), ZoneOffset.UTC);
            return (this == DAY ? day.plusDays(1) : day.plusMonths(1))
                    .atStartOfDay(ZoneOffset.UTC)
                    .toInstant();
        }

        /** What the name of a partition ends with. */
        public String suffix(Instant start) {
            return name.format(start);
        }
    }
}
