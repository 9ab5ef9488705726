package dev.lockkeeper.analytics.definition;

import dev.lockkeeper.problem.Place;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What must hold of each bucket, or of a rollup as a whole.
 *
 * @param grain of the buckets that it looks at
 * @param warn what is told; null for nothing
 * @param fail what makes it fail; null for nothing
 * @param minSample how many there must be before anything is said; 0 for any number
 * @param blocking whether a bucket that fails keeps what it held before
 */
public record Check(
        String name,
        Place place,
        What what,
        Grain grain,
        @Nullable Threshold warn,
        @Nullable Threshold fail,
        BigDecimal minSample,
        boolean blocking) {
    /** What is observed. */
    public sealed interface What {
        /** As files say it. */
        String word();

        /** The number of events, as the source has them. */
        record RowCount() implements What {
            @Override
            public String word() {
                return "row-count";
            }
        }

        /** The sum of a measure. */
        record Sum(String measure) implements What {
            @Override
            public String word() {
                return "sum";
            }
        }

        /** The sum of one measure divided by that of another, of which there must be enough. */
        record Ratio(String part, String whole) implements What {
            @Override
            public String word() {
                return "ratio";
            }
        }

        /** How many groups of a bucket are not what the events say, for these measures. */
        record EqualsRaw(List<String> measures) implements What {
            public EqualsRaw {
                measures = List.copyOf(measures);
            }

            @Override
            public String word() {
                return "equals-raw";
            }
        }

        /** How many events have no value in a column. */
        record NoNull(String column) implements What {
            @Override
            public String word() {
                return "no-null";
            }
        }

        /**
         * How many values of a column events of the bucket have more than once.
         *
         * @param around how far before and after the bucket the same value is looked for
         */
        record Unique(String column, Duration around) implements What {
            @Override
            public String word() {
                return "unique";
            }
        }

        /** How many seconds ago the newest bucket that was computed has ended. Of the rollup as a whole. */
        record Freshness() implements What {
            @Override
            public String word() {
                return "freshness";
            }
        }

        /** The sum of a measure divided by what it was some time before. */
        record Volume(String measure, Duration before) implements What {
            @Override
            public String word() {
                return "volume";
            }
        }

        /** What a query of one number says, in which {@code :from} and {@code :to} stand for the bounds of the bucket. */
        record Sql(String query) implements What {
            @Override
            public String word() {
                return "sql";
            }
        }
    }

    /** Whether it is of the rollup as a whole, and not of each bucket. */
    public boolean isOfAll() {
        return what instanceof What.Freshness;
    }
}
