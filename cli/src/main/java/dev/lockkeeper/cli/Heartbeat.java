package dev.lockkeeper.cli;

import java.time.Duration;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Says again and again what is at work where no terminal shows it: systems that run jobs end what is silent for long.
 * Does nothing on a terminal.
 */
final class Heartbeat implements AutoCloseable {
    static final Duration PAUSE = Duration.ofSeconds(15);

    private final Timer timer = new Timer("heartbeat", true);

    /**
     * @param pause between two lines
     * @param at what is at work; empty when nothing is
     * @param since when it began, by {@link System#nanoTime}
     */
    Heartbeat(Terminal terminal, Duration pause, Supplier<String> at, LongSupplier since) {
        if (terminal.live()) {
            return;
        }
        TimerTask beat = new TimerTask() {
            @Override
            public void run() {
                String what = at.get();
                if (!what.isEmpty()) {
                    long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - since.getAsLong());
                    terminal.progress("at work: " + what + ", for " + seconds + " s");
                }
            }
        };
        timer.schedule(beat, pause.toMillis(), pause.toMillis());
    }

    @Override
    public void close() {
        timer.cancel();
    }
}
