package dev.lockkeeper.telemetry;

/** A figure that a command has found, told as a metric. Immutable. */
public sealed interface Measure {
    /** How many migrations a component waits for. */
    record Pending(String component, long migrations) implements Measure {}

    /** How many emergencies of a database are owed an approval. */
    record Emergencies(String database, long open) implements Measure {}

    /** How many objects of a database are not as its history says, without those that somebody has accepted. */
    record Drift(String database, long differences) implements Measure {}

    /**
     * A rollup was computed.
     *
     * @param seconds how long it took
     * @param buckets how many were computed
     */
    record Rolled(String component, String rollup, double seconds, long buckets) implements Measure {}

    /** How many seconds the oldest mark of a rollup has waited; zero when there is none. */
    record Lag(String component, String rollup, double seconds) implements Measure {}
}
