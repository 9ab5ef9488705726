package dev.lockkeeper.analytics.dialect;

import dev.lockkeeper.analytics.definition.Grain;
import java.time.Instant;

/** Time from an instant up to another one, which is no part of it. */
public record Span(Instant from, Instant to) {
    /** That of the bucket that begins at an instant. */
    public static Span bucket(Grain grain, Instant start) {
        return new Span(start, start.plus(grain.length()));
    }
}
