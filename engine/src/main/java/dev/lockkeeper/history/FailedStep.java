package dev.lockkeeper.history;

import dev.lockkeeper.source.Checksum;

/**
 * A step that the server refused and nobody has fixed yet.
 *
 * @param name the version, or the label of a repeatable script
 * @param sentChecksum of the script as it was sent, and how
 * @param place file, line and column of the statement
 * @param sqlState what the server said, as a code
 * @param message what the server said
 * @param failedAt ISO 8601 in UTC
 * @param failedBy the database user
 */
public record FailedStep(
        String name,
        Direction direction,
        Checksum sentChecksum,
        String place,
        String sqlState,
        String message,
        String failedAt,
        String failedBy) {
    /** Which way, where, when and why, in words. */
    public String sentence() {
        return (direction == Direction.UP ? "failed " : "its rollback failed ") + failedAt + " at " + place + ": "
                + message + " [" + sqlState + "]";
    }
}
