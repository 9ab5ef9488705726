package dev.lockkeeper.analytics.roll;

import java.time.Duration;

/**
 * How long there is to rest so that work takes no more than its share of the time, over transactions, rollups and rounds. Time without work
 * is no credit for later: after a quiet night a burst has its share like any other. Not thread-safe.
 */
public final class Rest {
    private final double share;
    private long worked;
    private long rested;

    /** @param share of the time in which it works, above 0 and up to 1 */
    public Rest(double share) {
        this.share = share;
    }

    /** Tells of work that was done. */
    void worked(long nanos) {
        worked += nanos;
    }

    /** Tells of time without work. */
    public void rested(Duration time) {
        rested += time.toNanos();
        if (owed().isZero()) {
            worked = 0;
            rested = 0;
        }
    }

    /** How long there is no work to be done now; zero when there may be some. */
    public Duration owed() {
        return Duration.ofNanos(Math.max(0, (long) (worked * (1 / share - 1)) - rested));
    }
}
