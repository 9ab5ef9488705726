package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds docs/traceability.md to the tags that the tests of all modules carry. */
class TraceabilityTest {
    private static final Pattern LINE =
            Pattern.compile("@Tag\\(\"([A-Z]+-\\d+[a-z]?)\"\\)|\\bclass (\\w+)|void (\\w+)\\(");
    private static final Path ROOT = Path.of(System.getProperty("lockkeeper.root"));

    @Test
    void every_tag_names_a_requirement_and_the_table_is_current() throws IOException {
        Map<String, String> titles = titles();
        Map<String, Map<String, Integer>> tests = tests();
        assertThat(titles.keySet()).containsAll(tests.keySet());
        Golden.checkFile("docs/traceability.md", render(titles, tests));
    }

    private static Map<String, String> titles() throws IOException {
        Map<String, String> titles = new LinkedHashMap<>();
        for (String line : Files.readAllLines(ROOT.resolve("docs/requirements.md"))) {
            Matcher row =
                    Pattern.compile("\\| ([A-Z]+-\\d+[a-z]?) \\| (.+) \\|").matcher(line);
            if (row.matches()) {
                titles.put(row.group(1), row.group(2));
            }
        }
        return titles;
    }

    /** For each id the classes with the number of their methods that carry it, by themselves or through the class. */
    private static Map<String, Map<String, Integer>> tests() throws IOException {
        Map<String, Map<String, Integer>> found = new TreeMap<>();
        for (Path file : sources()) {
            TreeSet<String> ofClass = new TreeSet<>();
            List<String> pending = new ArrayList<>();
            String name = String.valueOf(file.getFileName()).replace(".java", "");
            boolean isTest = false;
            for (String line : Files.readAllLines(file)) {
                isTest |= line.matches(".*@(Test|ParameterizedTest|TestFactory)\\b.*");
                Matcher matcher = LINE.matcher(line);
                while (matcher.find()) {
                    if (matcher.group(1) != null) {
                        pending.add(matcher.group(1));
                    } else if (matcher.group(2) != null && matcher.group(2).equals(name)) {
                        ofClass.addAll(pending);
                        pending.clear();
                    } else if (matcher.group(3) != null && isTest) {
                        TreeSet<String> ids = new TreeSet<>(ofClass);
                        ids.addAll(pending);
                        ids.forEach(id ->
                                found.computeIfAbsent(id, i -> new TreeMap<>()).merge(name, 1, Integer::sum));
                        pending.clear();
                        isTest = false;
                    }
                }
            }
        }
        return found;
    }

    private static List<Path> sources() throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> modules = Files.list(ROOT)) {
            for (Path module : modules.sorted().toList()) {
                Path tests = module.resolve("src/test/java");
                if (Files.isDirectory(tests)) {
                    try (Stream<Path> walk = Files.walk(tests)) {
                        walk.filter(f -> f.toString().endsWith(".java"))
                                .sorted()
                                .forEach(files::add);
                    }
                }
            }
        }
        assertThat(files).as("test sources of the repository").hasSizeGreaterThan(20);
        return files;
    }

    private static String render(Map<String, String> titles, Map<String, Map<String, Integer>> tests) {
        StringBuilder table = new StringBuilder(
                "# Traceability\n\nGenerated from the tags of the tests. An id without tests is not done.\n\n"
                        + "| id | title | tests |\n|---|---|---|\n");
        titles.forEach((id, title) -> table.append("| ")
                .append(id)
                .append(" | ")
                .append(title)
                .append(" | ")
                .append(tests.getOrDefault(id, Map.of()).entrySet().stream()
                        .map(e -> e.getKey() + " (" + e.getValue() + ")")
                        .collect(Collectors.joining(", ")))
                .append(" |\n"));
        return table.toString();
    }
}
