package dev.lockkeeper.doctor;

import java.time.Duration;

/**
 * From where on a figure is a finding.
 *
 * @param skew of the clocks
 * @param transaction how long one may be open
 * @param idle how long one may be open without doing anything
 * @param age in transactions, of the oldest row that was never frozen
 * @param lag of a replica
 * @param wal bytes that a slot may hold
 * @param rows of a table without statistics
 * @param busy percent of the connections that may be in use
 * @param free percent of the disk that must be free
 */
public record Limits(
        Duration skew,
        Duration transaction,
        Duration idle,
        long age,
        Duration lag,
        long wal,
        long rows,
        int busy,
        int free) {
    /**
     * A quarter of what there is until the server stops (2 ^ 31 transactions), and what others warn of.
     *
     * @param age from which on a project wants transactions of others to be told of; zero when it does not, which is no reason for a
     *     doctor to be silent
     */
    public static Limits usual(Duration age) {
        Duration minute = Duration.ofMinutes(1);
        Duration transaction = age.isZero() ? minute : age;
        return new Limits(
                Duration.ofSeconds(2),
                transaction,
                transaction.compareTo(minute) < 0 ? transaction : minute,
                500_000_000,
                Duration.ofSeconds(30),
                1L << 30,
                10_000,
                90,
                10);
    }
}
