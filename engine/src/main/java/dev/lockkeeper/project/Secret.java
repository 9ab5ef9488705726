package dev.lockkeeper.project;

import org.jspecify.annotations.Nullable;

/** A value that must never be shown: it prints as asterisks wherever it is printed. */
public final class Secret {
    private final String value;

    public Secret(String value) {
        this.value = value;
    }

    /** The value itself, for the one place that needs it. */
    String reveal() {
        return value;
    }

    /** The same value lets in at the same place, so that who looks for a session that is open already finds it. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Secret secret && value.equals(secret.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return "***";
    }
}
