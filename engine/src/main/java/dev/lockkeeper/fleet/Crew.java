package dev.lockkeeper.fleet;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A bounded number of threads that work through a list in its order. */
final class Crew {
    private final int size;
    private final AtomicBoolean stopped = new AtomicBoolean();

    /**
     * @param size how many threads at most
     */
    Crew(int size) {
        this.size = size;
    }

    /** Nothing more is begun; what runs goes on to its end. */
    void stop() {
        stopped.set(true);
    }

    boolean stopped() {
        return stopped.get();
    }

    /**
     * Works through all of it and returns when nothing runs any more. Interrupting the caller stops it.
     *
     * @param work must not throw
     */
    <T> void run(List<T> items, Consumer<T> work) {
        AtomicInteger next = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < Math.min(size, items.size()); i++) {
            Thread thread = new Thread(
                    () -> {
                        int at = next.getAndIncrement();
                        while (at < items.size() && !stopped.get()) {
                            work.accept(items.get(at));
                            at = next.getAndIncrement();
                        }
                    },
                    "lockkeeper fleet " + (i + 1));
            // a process that is told to end does not wait: every target is left in a state to go on from
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                    stop();
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
