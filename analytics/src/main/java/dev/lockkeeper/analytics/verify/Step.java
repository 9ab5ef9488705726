package dev.lockkeeper.analytics.verify;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One line of what was verified.
 *
 * @param name of the step, the same in each run
 * @param seen what was found, in few words
 * @param took how long; null where that says nothing
 * @param against why it does not hold; null when it does
 */
public record Step(
        String name,
        String seen,
        @Nullable Duration took,
        @Nullable String against) {
    public boolean holds() {
        return against == null;
    }
}
