package dev.lockkeeper.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects samples and makes the tables of them. */
final class Report {
    private final Map<String, Map<String, List<Sample>>> sections = new LinkedHashMap<>();

    void add(String section, String name, Sample sample) {
        sections.computeIfAbsent(section, s -> new LinkedHashMap<>())
                .computeIfAbsent(name, n -> new ArrayList<>())
                .add(sample);
    }

    /** Markdown; the first row of a section is what the others are compared with. */
    String markdown() {
        StringBuilder text = new StringBuilder();
        sections.forEach((section, rows) -> {
            text.append("\n## ").append(section).append("\n\n");
            row(text, "process", "n", "wall ms", "least", "CPU ms", "peak MiB", "wall ratio", "CPU ratio");
            row(text, "---", "---:", "---:", "---:", "---:", "---:", "---:", "---:");
            @Nullable Sample first = null;
            for (Map.Entry<String, List<Sample>> entry : rows.entrySet()) {
                Sample median = Sample.median(entry.getValue());
                first = first == null ? median : first;
                row(
                        text,
                        entry.getKey(),
                        Integer.toString(entry.getValue().size()),
                        number(median.wall(), 0),
                        number(
                                entry.getValue().stream()
                                        .mapToDouble(Sample::wall)
                                        .min()
                                        .orElseThrow(),
                                0),
                        number(median.cpu(), 0),
                        number(median.memory(), 0),
                        number(median.wall() / first.wall(), 2),
                        number(median.cpu() / first.cpu(), 2));
            }
        });
        return text.toString();
    }

    /** A document with these tables in place of those of the same headings; what is new comes last. */
    String into(String document) {
        Map<String, String> parts = new LinkedHashMap<>();
        String before = split(document, parts);
        split(markdown(), parts);
        StringBuilder text = new StringBuilder(before);
        parts.forEach((heading, body) ->
                text.append("\n## ").append(heading).append('\n').append(body));
        return text.toString();
    }

    /** Puts the sections by their headings, and gives what stands before the first. */
    private static String split(String markdown, Map<String, String> into) {
        String[] parts = markdown.split("\n## ", -1);
        for (int i = 1; i < parts.length; i++) {
            String[] section = parts[i].split("\n", 2);
            into.put(section[0], section[1]);
        }
        return parts[0];
    }

    private static void row(StringBuilder text, String... cells) {
        text.append("| ").append(String.join(" | ", Arrays.asList(cells))).append(" |\n");
    }

    private static String number(double value, int digits) {
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }
}
