package dev.lockkeeper.project;

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

    @Override
    public String toString() {
        return "***";
    }
}
