package dev.lockkeeper.stewardship.classification;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How far data may go, the most open first. */
public enum DataClass {
    /** Anybody may read it. */
    PUBLIC,
    /** Whoever works here may. */
    INTERNAL,
    /** Only who needs it; it says something of a person or of a business. */
    CONFIDENTIAL,
    /** Nobody reads it as it is: it is kept in a protected form only. */
    RESTRICTED;

    /** As files and reports have it. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The one of a name. */
    static Optional<DataClass> of(String key) {
        return Arrays.stream(values()).filter(one -> one.key().equals(key)).findFirst();
    }

    static List<String> keys() {
        return Arrays.stream(values()).map(DataClass::key).toList();
    }

    /** Whether fewer may read it than the other. */
    public boolean isAbove(DataClass other) {
        return compareTo(other) > 0;
    }

    /** Whether it is about somebody or something that must not get around. */
    public boolean isSensitive() {
        return isAbove(INTERNAL);
    }
}
