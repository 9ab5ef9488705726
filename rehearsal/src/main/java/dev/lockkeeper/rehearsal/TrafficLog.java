package dev.lockkeeper.rehearsal;

import java.util.Arrays;

/** What one session of the traffic saw: for each message when it was sent, when it was answered, and how. Thread-safe. */
final class TrafficLog {
    private long[] starts = new long[1024];
    private long[] ends = new long[1024];
    private int[] messages = new int[1024];
    private Answer[] answers = new Answer[1024];
    private int size;

    /** How a message was answered. */
    enum Answer {
        FINE,
        /** What it uses is gone, which is not a matter of waiting. */
        GONE,
        FAILED
    }

    /** Told of one message. */
    interface Reader {
        void sample(int message, long nanos, Answer answer);
    }

    synchronized void add(int message, long start, long end, Answer answer) {
        if (size == starts.length) {
            starts = Arrays.copyOf(starts, size * 2);
            ends = Arrays.copyOf(ends, size * 2);
            messages = Arrays.copyOf(messages, size * 2);
            answers = Arrays.copyOf(answers, size * 2);
        }
        starts[size] = start;
        ends[size] = end;
        messages[size] = message;
        answers[size] = answer;
        size++;
    }

    synchronized int size() {
        return size;
    }

    /** The messages that were under way at any time of a span of {@link System#nanoTime}. */
    synchronized void read(long from, long to, Reader reader) {
        for (int i = 0; i < size; i++) {
            if (ends[i] - from >= 0 && to - starts[i] >= 0) {
                reader.sample(messages[i], ends[i] - starts[i], answers[i]);
            }
        }
    }
}
