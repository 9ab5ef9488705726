package dev.lockkeeper.adopt;

import org.jspecify.annotations.Nullable;

/**
 * One row of another tool's history, in the shape that every reader asks for.
 *
 * @param key what names the migration: a version, a file or a change
 * @param appliedAt ISO 8601 in UTC; null when the tool keeps no time
 * @param appliedBy null when the tool keeps no name
 * @param durationMs 0 when the tool keeps no duration
 * @param succeeded whether the tool says that it was done to the end
 * @param proof what the tool keeps to know the file again, such as a checksum; null when it keeps nothing
 * @param kind the tool's own word for the row; empty when it has none
 */
record Row(
        String key,
        @Nullable String appliedAt,
        @Nullable String appliedBy,
        long durationMs,
        boolean succeeded,
        @Nullable String proof,
        String kind) {
    /** Reads the seven columns of a reader's query. */
    static Row of(@Nullable String[] columns) {
        String duration = columns[3];
        String kind = columns[6];
        return new Row(
                String.valueOf(columns[0]),
                columns[1],
                columns[2],
                duration == null ? 0 : Long.parseLong(duration),
                "t".equals(columns[4]),
                columns[5],
                kind == null ? "" : kind);
    }
}
