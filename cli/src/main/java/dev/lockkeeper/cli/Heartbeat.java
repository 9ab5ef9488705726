package dev.lockkeeper.cli;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Says again and again what is at work where no terminal shows it: systems that run jobs end what is silent for long.
 * Does nothing on a terminal.
 */
final class Heartbeat implements AutoCloseable {
    static final Duration PAUSE = Duration.ofSeconds(15);

    private final ScheduledExecutorService beats;

    /**
     * @param pause so long nothing was said
     * @param at what is at work; empty when nothing is
     * @param since when it began, by {@link System#nanoTime}
     */
    Heartbeat(Terminal terminal, Duration pause, Supplier<String> at, LongSupplier since) {
        beats = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "heartbeat");
            thread.setDaemon(true);
            return thread;
        });
        if (!terminal.live()) {
            beats.scheduleWithFixedDelay(
                    () -> {
                        String what = at.get();
                        if (!what.isEmpty()) {
                            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - since.getAsLong());
                            terminal.progress("at work: " + what + ", for " + seconds + " s");
                        }
                    },
                    pause.toMillis(),
                    pause.toMillis(),
                    TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void close() {
        beats.shutdownNow();
    }
}
