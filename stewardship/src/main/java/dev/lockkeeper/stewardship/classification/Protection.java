package dev.lockkeeper.stewardship.classification;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** In which form a value is kept, so that who reads it does not know what it was. */
public enum Protection {
    HASHED,
    ENCRYPTED,
    TOKENIZED;

    /** As files have it. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    static List<String> keys() {
        return Arrays.stream(values()).map(Protection::key).toList();
    }
}
