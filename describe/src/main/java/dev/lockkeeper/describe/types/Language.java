package dev.lockkeeper.describe.types;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** In which words types are written; the key is also the name of their folder. */
public enum Language {
    ZOD("zod"),
    TYPESCRIPT("typescript"),
    JAVA("java"),
    JSON_SCHEMA("json-schema");

    private final String key;

    Language(String key) {
        this.key = key;
    }

    public String key() {
        return key;
    }

    public static Optional<Language> named(String key) {
        return Stream.of(values()).filter(language -> language.key.equals(key)).findFirst();
    }

    public static List<String> keys() {
        return Stream.of(values()).map(Language::key).toList();
    }
}
