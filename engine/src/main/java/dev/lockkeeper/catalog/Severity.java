package dev.lockkeeper.catalog;

import java.util.Locale;

/** What a deviation does, the gravest first. The table in the documentation says which has which. */
public enum Severity {
    /** Somebody may see or do what he should not, or may not what he should. */
    SECURITY,
    /** Rows are gone, cannot be kept, or may be wrong from now on. */
    DATA,
    /** A statement answers otherwise than it should, or fails. */
    CORRECTNESS,
    /** The same answers, at another cost. */
    PERFORMANCE,
    /** What people read. */
    COSMETIC;

    /** The word in the output. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
