package dev.lockkeeper.telemetry;

import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The threads in which clients of the JDK wait for their sockets. Before Java 21 a client cannot be closed, and a process that ends while
 * such a thread waits is held up for 300 ms by Java itself. Interrupted, the thread ends. Used by one thread.
 */
final class Senders {
    private static final Pattern NAME = Pattern.compile("HttpClient-\\d+-SelectorManager");
    private static final long PATIENCE = 100;

    private final Set<Thread> before = running();

    /** Ends those that have come since this was made; the ones of others go on. */
    void end() {
        Set<Thread> ours = new HashSet<>(running());
        ours.removeAll(before);
        ours.forEach(Thread::interrupt);
        try {
            for (Thread one : ours) {
                one.join(PATIENCE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Set<Thread> running() {
        Thread[] all = new Thread[2 * Thread.activeCount() + 10];
        int found = Thread.enumerate(all);
        return Stream.of(all)
                .limit(found)
                .filter(thread -> NAME.matcher(thread.getName()).matches())
                .collect(Collectors.toUnmodifiableSet());
    }
}
