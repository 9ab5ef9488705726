package dev.lockkeeper.analytics.dialect;

import java.time.Instant;

/** The years that every engine reads as ISO 8601 writes them. */
final class Years {
    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");

    private Years() {}

    static boolean isPlain(Instant instant) {
        return !instant.isBefore(FIRST) && !instant.isAfter(LAST);
    }
}
