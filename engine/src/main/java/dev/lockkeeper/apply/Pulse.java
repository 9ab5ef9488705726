package dev.lockkeeper.apply;

import java.time.Duration;

/**
 * Decides from outside whether the connection of a session that waits for an answer is dead. The server does not work for
 * it: its process waits for the client, is gone, or cannot be reached. For a moment that is so whenever a message is on its
 * way; when it lasts, nothing will come any more.
 */
final class Pulse {
    /** What the slowest line that is still worth waiting for carries. */
    private static final long CHARS_A_SECOND = 16_384;

    private final Duration limit;
    private boolean quiet;
    private long since;

    /**
     * @param silence how long; zero means for ever
     * @param longestMessage in characters: how much may be on its way at once
     */
    Pulse(Duration silence, long longestMessage) {
        this.limit = silence.isZero() ? silence : silence.plusSeconds(longestMessage / CHARS_A_SECOND);
    }

    /** Something is sent. */
    void begin() {
        quiet = false;
    }

    /**
     * Tells whether the connection is dead.
     *
     * @param working whether the server was seen at work
     * @param now nanoseconds of {@link System#nanoTime}
     */
    boolean isDead(boolean working, long now) {
        if (working) {
            quiet = false;
            return false;
        }
        if (!quiet) {
            quiet = true;
            since = now;
        }
        return !limit.isZero() && now - since >= limit.toNanos();
    }
}
