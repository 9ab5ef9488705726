package dev.lockkeeper.analytics.quality;

import dev.lockkeeper.analytics.definition.Check;
import dev.lockkeeper.analytics.definition.Check.What;
import java.math.BigDecimal;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a check was judged to be. */
public enum Outcome {
    PASS,
    WARN,
    FAIL,
    /** Nothing could be observed: what is not known is not taken for good. */
    ERROR;

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether it keeps a bucket from being published, where the check blocks. */
    public boolean stops() {
        return this == FAIL || this == ERROR;
    }

    /**
     * Judges what was observed.
     *
     * @param observed null for nothing
     * @param sample in how much; null when the check does not tell
     */
    static Outcome of(Check check, @Nullable BigDecimal observed, @Nullable BigDecimal sample) {
        if (sample != null && sample.compareTo(check.minSample()) < 0) {
            return PASS;
        }
        if (observed == null) {
            // nothing to divide by is nothing wrong
            boolean divides = check.what() instanceof What.Ratio || check.what() instanceof What.Volume;
            return divides && sample != null && sample.signum() == 0 ? PASS : ERROR;
        }
        if (check.fail() != null && check.fail().meets(observed)) {
            return FAIL;
        }
        return check.warn() != null && check.warn().meets(observed) ? WARN : PASS;
    }
}
