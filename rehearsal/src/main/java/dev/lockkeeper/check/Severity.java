package dev.lockkeeper.check;

import java.util.Locale;

/** How much a finding matters, worst first. */
public enum Severity {
    /** Stops others, loses data, or fails: {@code lint} and {@code check} fail. */
    ERROR,
    /** Deserves a second look. */
    WARNING,
    /** A matter of style. */
    NOTE;

    /** As it is told and as JSON has it. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
