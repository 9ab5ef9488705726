package dev.lockkeeper.telemetry;

import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** The clock of this machine in nanoseconds since 1970, as spans have it. */
final class Moment {
    private Moment() {}

    static long now() {
        return of(Instant.now());
    }

    static long of(Instant instant) {
        return TimeUnit.SECONDS.toNanos(instant.getEpochSecond()) + instant.getNano();
    }
}
