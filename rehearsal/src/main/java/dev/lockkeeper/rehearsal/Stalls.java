package dev.lockkeeper.rehearsal;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How long the statements of the traffic took that were under way during a span of time.
 *
 * @param statements how many were answered
 * @param gone how many were set aside, because what they use is not there any more
 * @param failed how many failed for another reason; their time counts
 * @param medianNanos of those that were not set aside; -1 when there are none
 * @param longestNanos the longest that one took, also of those that were set aside: they may have waited first; -1 when there are none
 * @param statement the one that took longest; null when there are none
 */
public record Stalls(
        long statements,
        long gone,
        long failed,
        long medianNanos,
        long longestNanos,
        @Nullable String statement) {
    /** Of everything that all sessions saw between two instants of {@link System#nanoTime}. */
    static Stalls of(List<TrafficLog> logs, List<String> messages, long from, long to) {
        Counter counter = new Counter();
        logs.forEach(log -> log.read(from, to, counter));
        long[] times = Arrays.copyOf(counter.times, counter.size);
        Arrays.sort(times);
        return new Stalls(
                counter.all,
                counter.gone,
                counter.failed,
                times.length == 0 ? -1 : times[times.length / 2],
                counter.longestTime,
                counter.all == 0 ? null : messages.get(counter.longest));
    }

    private static final class Counter implements TrafficLog.Reader {
        private long[] times = new long[1024];
        private int size;
        private long all;
        private long gone;
        private long failed;
        private int longest;
        private long longestTime = -1;

        @Override
        public void sample(int message, long nanos, TrafficLog.Answer answer) {
            all++;
            if (nanos > longestTime) {
                longestTime = nanos;
                longest = message;
            }
            if (answer == TrafficLog.Answer.GONE) {
                gone++;
                return;
            }
            failed += answer == TrafficLog.Answer.FAILED ? 1 : 0;
            if (size == times.length) {
                times = Arrays.copyOf(times, size * 2);
            }
            times[size++] = nanos;
        }
    }
}
