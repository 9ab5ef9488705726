package dev.lockkeeper.analytics.dialect;

/**
 * What an engine can do, and so how rollups are kept in it.
 *
 * @param unit what it replaces at once
 * @param transactional whether rows, marks and results change together or not at all
 * @param concurrentWriters whether others may write while it computes
 * @param changeTracking whether it tells by itself what changed
 */
public record Capabilities(Unit unit, boolean transactional, boolean concurrentWriters, boolean changeTracking) {
    /** What is replaced at once. */
    public enum Unit {
        /** The groups of some keys in a bucket. */
        PAIR,
        /** All groups of a bucket. */
        BUCKET,
        /** All buckets of a day, where small changes rewrite whole files. */
        DAY
    }
}
