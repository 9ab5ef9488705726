package dev.lockkeeper.bench.hazards;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A hazard and its harmless twin.
 *
 * @param name of its file, without the ending
 * @param rules the ids of the catalogue under which it falls; one is enough
 * @param effects what the hazard does and its twin does not
 * @param before what runs before both, beside the shop that all cases start with; may be empty
 * @param hazard up scripts, one after another
 * @param harmless the same for the twin
 * @param rival makes rows that somebody else may have; empty when the rows of the shop decide
 * @param program what a program does all the time; empty when none is needed
 * @param catalog a query that is true after the hazard and not after its twin; empty when none is needed
 */
record Case(
        String name,
        List<String> rules,
        List<Effect> effects,
        String before,
        List<String> hazard,
        List<String> harmless,
        String rival,
        String program,
        String catalog) {
    private static final String MARK = "-- @";

    /** All of a folder, in the order of their names. */
    static List<Case> all(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Case> all = new ArrayList<>();
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".sql")).sorted().toList()) {
                all.add(read(file));
            }
            return all;
        }
    }

    private static Case read(Path file) throws IOException {
        Map<String, List<String>> parts = new HashMap<>();
        String part = "";
        for (String line : Files.readAllLines(file)) {
            if (line.startsWith(MARK)) {
                String[] words = line.substring(MARK.length()).split(" ", 2);
                if (words.length == 2) {
                    parts.computeIfAbsent(words[0], key -> new ArrayList<>()).add(words[1]);
                } else {
                    // the next migration of the same side
                    part = words[0].equals("next") ? part : words[0];
                    parts.computeIfAbsent(part, key -> new ArrayList<>()).add("");
                }
            } else {
                List<String> texts = parts.getOrDefault(part, List.of());
                if (texts.isEmpty()) {
                    throw new IOException(file + ": a line before the first part: " + line);
                }
                texts.set(texts.size() - 1, texts.get(texts.size() - 1) + line + "\n");
            }
        }
        String name = file.getFileName().toString();
        return new Case(
                name.substring(0, name.length() - ".sql".length()),
                List.of(single(parts, "rule").split(" ", -1)),
                parts.getOrDefault("effect", List.of()).stream().map(Effect::of).toList(),
                single(parts, "before"),
                parts.getOrDefault("hazard", List.of()),
                parts.getOrDefault("harmless", List.of()),
                single(parts, "rival"),
                single(parts, "program"),
                single(parts, "catalog"));
    }

    private static String single(Map<String, List<String>> parts, String part) {
        return String.join("", parts.getOrDefault(part, List.of()));
    }

    @Override
    public String toString() {
        return name;
    }

    /** The rule under which it is counted. */
    String rule() {
        return rules.get(0);
    }

    /** Whether its harm is a matter of the catalog, and nobody waits, fails or loses anything. */
    boolean isByCatalog() {
        return effects.stream().allMatch(effect -> effect.kind().equals("catalog"));
    }

    /** The statements of a script: each ends at a semicolon at the end of a line. */
    static List<String> statements(String script) {
        List<String> all = new ArrayList<>();
        StringBuilder one = new StringBuilder();
        for (String line : script.lines().toList()) {
            one.append(line).append('\n');
            if (line.endsWith(";")) {
                all.add(one.toString());
                one.setLength(0);
            }
        }
        if (!one.toString().isBlank()) {
            throw new IllegalArgumentException("no semicolon at the end: " + one);
        }
        return all;
    }
}
