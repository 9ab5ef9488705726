package dev.lockkeeper.analytics.state;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Starts of buckets, which are whole seconds, between server and program: no style of dates comes between. */
public final class Instants {
    private Instants() {}

    /** An expression that {@link #read} reads. */
    public static String seconds(String time) {
        return "extract(epoch from " + time + ")::bigint::text";
    }

    public static Instant read(@Nullable String seconds) {
        return Instant.ofEpochSecond(Long.parseLong(String.valueOf(seconds)));
    }
}
