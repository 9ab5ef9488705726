package dev.lockkeeper.stewardship.retention;

import java.time.Duration;

/**
 * How much goes at a time.
 *
 * @param batch rows in one transaction
 * @param pause between two of them
 * @param lag how far a replica may be behind before the next one waits
 */
public record Pace(int batch, Duration pause, Duration lag) {
    /** What production bears. */
    public static final Pace USUAL = new Pace(1000, Duration.ofMillis(100), Duration.ofSeconds(10));
}
