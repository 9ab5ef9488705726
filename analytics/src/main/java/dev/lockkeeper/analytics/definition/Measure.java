package dev.lockkeeper.analytics.definition;

import dev.lockkeeper.problem.Place;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is added up. All of them are whole or decimal numbers, never floating ones, so that every engine comes to the same. */
public sealed interface Measure {
    Place place();

    /** The column of the target. */
    String into();

    /** How many events. */
    record Count(Place place, String into) implements Measure {}

    /** How many events of some kind. */
    record CountIf(Place place, String into, Condition condition) implements Measure {}

    /**
     * The sum of one or more columns. No value counts as nothing.
     *
     * @param scale to how many decimals the sum of a bucket is rounded, half away from zero; null when it is exact. Longer buckets are then
     *     computed from events too
     */
    record Sum(
            Place place,
            String into,
            List<String> columns,
            @Nullable Integer scale) implements Measure {
        public Sum {
            columns = List.copyOf(columns);
        }
    }
}
