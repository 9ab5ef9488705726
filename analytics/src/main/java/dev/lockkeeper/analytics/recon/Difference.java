package dev.lockkeeper.analytics.recon;

import dev.lockkeeper.analytics.definition.Grain;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A bucket that is not what its events say.
 *
 * @param groups how many of its groups are not
 * @param differences events minus rollup, by the columns of the measures, as numbers of PostgreSQL are written: NaN where something is no
 *     number. All 0 when what is too much here is missing there
 */
public record Difference(Grain grain, Instant start, Kind kind, long groups, Map<String, String> differences) {
    public Difference {
        differences = new LinkedHashMap<>(differences);
    }

    /** What is to be done about it. */
    public enum Kind {
        /** There are marks: it will be computed. */
        PENDING,
        /** There are none, and it will stay so. */
        DRIFT,
        /** It was sealed, and stays as it was then. */
        SEALED;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
