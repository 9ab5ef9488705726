package dev.lockkeeper.cli;

import dev.lockkeeper.report.Style;
import dev.lockkeeper.stewardship.volume.VolumeProgress;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Tells how far generated rows are: how many, how fast, and how long it will take. */
final class SeedProgress implements VolumeProgress, AutoCloseable {
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(250);

    private final Terminal terminal;
    private final Heartbeat beats;
    private volatile String at = "";
    private volatile long since;
    private String table = "";
    private long shown;

    SeedProgress(Terminal terminal) {
        this.terminal = terminal;
        this.beats = new Heartbeat(terminal, Heartbeat.PAUSE, () -> at, () -> since);
    }

    @Override
    public void rows(String name, long rows, long of) {
        long now = System.nanoTime();
        if (!name.equals(table) || rows == 0) {
            table = name;
            since = now;
            shown = now - PAUSE;
        }
        if (now - shown >= PAUSE || rows == of) {
            shown = now;
            at = line(name, rows, of, (now - since) / 1e9);
            terminal.passing(at);
        }
        if (rows == of) {
            at = "";
        }
    }

    /** @param seconds since the first row */
    static String line(String table, long rows, long of, double seconds) {
        long rate = Math.round(seconds <= 0 ? 0 : rows / seconds);
        return String.format(
                Locale.ROOT,
                "%s: %,d of %,d rows, %,d a second%s",
                Style.line(table),
                rows,
                of,
                rate,
                rate == 0 || rows == of ? "" : ", " + (of - rows) / rate + " s left");
    }

    @Override
    public void close() {
        beats.close();
        terminal.clear();
    }
}
