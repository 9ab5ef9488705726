package dev.lockkeeper.services;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of one service. It holds no value of a variable.
 *
 * @param missing variables that are not set
 * @param unfit variables whose value cannot be one, each with the reason
 * @param failure why the verification failed; null when it did not, or was not tried
 * @param unverified why it was not tried; null when it was
 * @param millis how long it took; 0 when it was not tried
 */
public record Visit(
        Service service,
        List<String> missing,
        List<String> unfit,
        @Nullable String failure,
        @Nullable String unverified,
        long millis) {
    public Visit {
        missing = List.copyOf(missing);
        unfit = List.copyOf(unfit);
    }

    /** Whether its variables are there and it has answered as it should. */
    public boolean isFine() {
        return missing.isEmpty() && unfit.isEmpty() && failure == null && unverified == null;
    }
}
