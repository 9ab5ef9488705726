package dev.lockkeeper.stewardship.classification;

import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.problem.Place;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How long the rows of a table are kept, and what becomes of them then.
 *
 * @param days after {@code from}; 0 for rows that stay for ever
 * @param from the column from whose time on they are counted; empty for rows that stay
 * @param hold a column that says that a row must stay: it is true, or not null; null for none
 * @param byPartition whether whole partitions go
 * @param call a function of the schema that lets rows go, with the interval to keep and how many at most; null when the rows go by
 *     plain statements
 * @param why rows stay for ever; null when they do not
 */
public record Retention(
        Place place,
        int days,
        String from,
        Strategy strategy,
        @Nullable String hold,
        boolean byPartition,
        @Nullable ObjectName call,
        @Nullable String why) {
    /** What becomes of rows whose time is over. */
    public enum Strategy {
        DELETE,
        ANONYMIZE,
        ARCHIVE;

        /** As files and reports have it. */
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }

        static List<String> keys() {
            return Arrays.stream(values()).map(Strategy::key).toList();
        }
    }

    /** Whether rows go at all. */
    public boolean ends() {
        return days > 0;
    }

    /** Whether rows are removed from the table. */
    public boolean removes() {
        return ends() && strategy != Strategy.ANONYMIZE;
    }
}
