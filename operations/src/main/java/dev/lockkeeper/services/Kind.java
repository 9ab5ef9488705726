package dev.lockkeeper.services;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What a service is for. */
public enum Kind {
    DATABASE,
    KEY_VALUE,
    VECTOR,
    OBJECT_STORE,
    REALTIME,
    HOSTING,
    INFERENCE;

    /** As the manifest writes it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static List<String> words() {
        return Arrays.stream(values()).map(Kind::word).toList();
    }

    static Kind of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
