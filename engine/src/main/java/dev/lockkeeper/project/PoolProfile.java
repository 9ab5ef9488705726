package dev.lockkeeper.project;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What the pools of connections of a kind of place usually are. */
public enum PoolProfile {
    /** A developer's machine. */
    DEV(5, Duration.ofMinutes(10), Duration.ofSeconds(10)),
    /** A short-lived copy of the application, of which there are many. */
    PREVIEW(3, Duration.ofMinutes(1), Duration.ofSeconds(5)),
    /** A rehearsal of production. */
    STAGING(10, Duration.ofMinutes(10), Duration.ofSeconds(5)),
    /** Processes that live long. */
    PRODUCTION(20, Duration.ofMinutes(10), Duration.ofSeconds(5)),
    /** Functions that the platform starts in any number and freezes: few connections each, given back soon. */
    SERVERLESS(5, Duration.ofSeconds(30), Duration.ofSeconds(3));

    private final int max;
    private final Duration idle;
    private final Duration connect;

    PoolProfile(int max, Duration idle, Duration connect) {
        this.max = max;
        this.idle = idle;
        this.connect = connect;
    }

    /** How many connections one instance opens at most. */
    public int max() {
        return max;
    }

    /** How long a connection may be unused before it is closed. */
    public Duration idle() {
        return idle;
    }

    /** How long to wait for a connection. */
    public Duration connect() {
        return connect;
    }

    /** As the project file writes it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static List<String> words() {
        return Arrays.stream(values()).map(PoolProfile::word).toList();
    }
}
