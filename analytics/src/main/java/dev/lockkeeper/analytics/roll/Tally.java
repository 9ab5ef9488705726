package dev.lockkeeper.analytics.roll;

import java.time.Duration;

/**
 * What was done, in numbers.
 *
 * @param pairs parts of buckets that were computed by themselves
 * @param read events, or rows of the grain below
 * @param data how much time the buckets of events cover
 */
public record Tally(
        long buckets,
        long pairs,
        long read,
        long inserted,
        long updated,
        long deleted,
        long unchanged,
        long marks,
        Duration data) {
    static final Tally NONE = new Tally(0, 0, 0, 0, 0, 0, 0, 0, Duration.ZERO);

    Tally plus(Tally other) {
        return new Tally(
                buckets + other.buckets,
                pairs + other.pairs,
                read + other.read,
                inserted + other.inserted,
                updated + other.updated,
                deleted + other.deleted,
                unchanged + other.unchanged,
                marks + other.marks,
                data.plus(other.data));
    }

    boolean changed() {
        return inserted + updated + deleted > 0;
    }
}
