package dev.lockkeeper.analytics.quality;

import dev.lockkeeper.analytics.definition.Check;
import dev.lockkeeper.analytics.definition.Threshold;
import dev.lockkeeper.analytics.dialect.Span;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What came of a check.
 *
 * @param bucket null for a check of the rollup as a whole
 * @param observed null when nothing was
 * @param detail what the server said; null when it said nothing
 * @param query by which it was observed
 */
public record CheckResult(
        Check check,
        @Nullable Span bucket,
        @Nullable BigDecimal observed,
        Outcome outcome,
        @Nullable String detail,
        String query) {
    public boolean blocks() {
        return check.blocking() && outcome.stops();
    }

    /** The threshold that was met, or the one that would have made it fail; null without any. */
    public @Nullable Threshold threshold() {
        return outcome == Outcome.WARN || check.fail() == null ? check.warn() : check.fail();
    }

    /** For people: what was observed, where, and what would have been good. */
    public String sentence() {
        String seen = observed == null
                ? "nothing was observed"
                : observed.stripTrailingZeros().toPlainString();
        return "check " + check.name() + " (" + check.what().word() + ")"
                + (bucket == null ? "" : " of the " + check.grain().word() + " of " + bucket.from()) + ": "
                + outcome.word() + ", "
                + seen
                + (threshold() == null
                        ? ""
                        : ", " + (outcome == Outcome.WARN ? "warns" : "fails") + " when " + threshold())
                + (detail == null ? "" : ": " + detail);
    }
}
