package dev.lockkeeper.analytics.definition;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How long a bucket is. Buckets begin at whole hours or days of UTC, whatever the clocks of a country do. */
public enum Grain {
    HOUR(Duration.ofHours(1)),
    DAY(Duration.ofDays(1));

    private final Duration length;

    Grain(Duration length) {
        this.length = length;
    }

    public Duration length() {
        return length;
    }

    /** As files, tables and people say it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The start of the bucket that an instant is in. */
    public Instant start(Instant instant) {
        long seconds = length.toSeconds();
        return Instant.ofEpochSecond(Math.floorDiv(instant.getEpochSecond(), seconds) * seconds);
    }

    public static Grain of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }

    static List<String> words() {
        return Arrays.stream(values()).map(Grain::word).toList();
    }
}
