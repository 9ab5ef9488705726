package dev.lockkeeper.describe.erd;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a diagram is written as. */
public enum Format {
    SVG("svg"),
    /** A page around the picture, with its relationships as a table. */
    HTML("html"),
    /** For Graphviz. */
    DOT("dot"),
    MERMAID("mmd"),
    PLANTUML("puml"),
    DBML("dbml");

    private final String ending;

    Format(String ending) {
        this.ending = ending;
    }

    /** How people name it. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What names of its files end with, after a dot. */
    public String ending() {
        return ending;
    }

    public static Optional<Format> named(String key) {
        return Arrays.stream(values())
                .filter(format -> format.key().equals(key))
                .findFirst();
    }

    /** By the name of a file. */
    public static Optional<Format> of(String file) {
        return Arrays.stream(values())
                .filter(format -> file.endsWith("." + format.ending))
                .findFirst();
    }

    public static List<String> keys() {
        return Arrays.stream(values()).map(Format::key).toList();
    }
}
