package dev.lockkeeper.project;

import java.time.Duration;

/**
 * How long the statements of a run may wait and work.
 *
 * @param lock how long a statement waits for a lock; zero leaves it to the setting of the database. Whoever waits for a lock makes all others wait who come
 *     later and want one that does not go together with it (manual 13.3.1), so a short wait and another attempt disturb
 *     less than a long wait
 * @param statement how long a statement may work; zero leaves it to the setting of the database
 * @param transaction from what age on other transactions are reported before the start; zero for none
 * @param attempts how often it is tried in all when the lock is not to be had, or the server ends a deadlock by it
 */
public record Patience(Duration lock, Duration statement, Duration transaction, int attempts) {
    /** Reports old transactions as usual. */
    public Patience(Duration lock, Duration statement, int attempts) {
        this(lock, statement, DEFAULT_TRANSACTION, attempts);
    }

    private static final long FIRST_PAUSE = 200;
    private static final long LONGEST_PAUSE = 10_000;

    public static final Duration DEFAULT_LOCK = Duration.ofSeconds(2);
    public static final Duration DEFAULT_TRANSACTION = Duration.ofMinutes(1);
    public static final int DEFAULT_ATTEMPTS = 30;

    /** Waits for ever, once: for databases that nobody else uses. */
    public static Patience endless() {
        return new Patience(Duration.ZERO, Duration.ZERO, 1);
    }

    /** What holds when the project says nothing. */
    public static Patience standard() {
        return new Patience(DEFAULT_LOCK, Duration.ZERO, DEFAULT_ATTEMPTS);
    }

    /**
     * The pause before the next attempt: it doubles from 0.2 s up to 10 s, and chance takes up to half of it, so that
     * several runners do not come back together.
     *
     * @param attempt how many attempts there were
     * @param chance from 0 up to but without 1
     */
    public Duration pause(int attempt, double chance) {
        long longest = Math.min(LONGEST_PAUSE, FIRST_PAUSE << Math.min(attempt - 1, 10));
        return Duration.ofMillis(Math.round(longest * (1 - chance / 2)));
    }
}
