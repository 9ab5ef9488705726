package dev.lockkeeper.health;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a comparison of a database with its history has found.
 *
 * @param at when it was made
 * @param differences how many that nobody has accepted; 0 when it failed
 * @param unknown why it is not known whether there are any; null when it is
 */
public record DriftLook(
        Instant at, long differences, @Nullable String unknown) {
    /** Whether the database is known to be what its history says. */
    public boolean isSame() {
        return unknown == null && differences == 0;
    }
}
