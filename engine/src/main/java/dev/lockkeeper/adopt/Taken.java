package dev.lockkeeper.adopt;

import dev.lockkeeper.source.Migration;
import org.jspecify.annotations.Nullable;

/**
 * A migration that is recorded as applied without having been run.
 *
 * @param appliedAt ISO 8601 in UTC, with fractions of a second where the tool keeps them; null when nobody knows
 * @param appliedBy null when nobody knows
 * @param durationMs 0 when nobody knows
 */
public record Taken(
        Migration migration,
        @Nullable String appliedAt,
        @Nullable String appliedBy,
        long durationMs,
        Evidence evidence) {
    /** Whether the file was found to be what was applied. */
    public boolean verified() {
        return evidence.result() == Evidence.Result.MATCHES;
    }
}
