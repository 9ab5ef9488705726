package dev.lockkeeper.rehearsal;

/**
 * What one migration cost beside traffic, the worse of its measurements.
 *
 * @param applyNanos how long its up script took; -1 when it was not measured
 * @param rollbackNanos how long its down script took; -1 when it was not measured
 * @param stallNanos the longest that a statement of the traffic took during its rollback; -1 when it was not measured
 */
public record WindowMigration(
        String version, String description, long applyNanos, long rollbackNanos, long stallNanos) {}
