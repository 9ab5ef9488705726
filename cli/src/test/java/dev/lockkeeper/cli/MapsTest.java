package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Pages by which others find their way: for programs, and for readers of the planning documents. */
@Tag("USE-05")
class MapsTest {
    private static final Pattern LINK = Pattern.compile("\\[([^]]+)]\\(([^)#]+)[^)]*\\)");
    private static final Pattern NAME = Pattern.compile("`([^`]+)`");

    private static String cells(String row, int from) {
        return Stream.of(row.split(" \\| ")).skip(from).collect(Collectors.joining(" | "));
    }

    private static String plain(String text) {
        return LINK.matcher(text.replaceAll("^\\| | \\|$", "")).replaceAll("$1");
    }

    /** The pages in the order of docs/README.md with what it says of them, and behind them the rest of docs by their headings. */
    private static Map<String, String> pages() {
        Map<String, String> pages = new LinkedHashMap<>();
        for (String line : Document.named("docs/README.md").lines()) {
            Matcher link = LINK.matcher(line);
            if (line.startsWith("| [") && link.find()) {
                pages.put(
                        "docs/" + link.group(2),
                        "[" + link.group(1) + "](docs/" + link.group(2) + "): " + plain(cells(line, 1)));
            }
        }
        Document.all().stream()
                .filter(document -> document.name().startsWith("docs/"))
                .forEach(document -> pages.putIfAbsent(
                        document.name(),
                        "[" + document.lines().get(0).replaceFirst("^# ", "") + "](" + document.name() + ")"));
        return pages;
    }

    private static String section(String title, Stream<String> lines) {
        return lines.map(line -> "- " + line + "\n").collect(Collectors.joining("", "\n## " + title + "\n\n", ""));
    }

    @Test
    void list_for_programs_names_every_page_of_the_documents_once() {
        Map<String, String> pages = pages();
        List<String> told = pages.entrySet().stream()
                .filter(page -> page.getValue().contains("): "))
                .map(Map.Entry::getKey)
                .toList();
        Golden.checkFile(
                "llms.txt",
                """
                # Lockkeeper

                > Lockkeeper applies and rolls back PostgreSQL migrations written in SQL, and proves each rollback on a real, throw-away PostgreSQL before it reaches yours.

                Every command explains itself with --help and prints one JSON object with --output json. Errors have stable codes, which `lockkeeper explain CODE` tells of.
                A program that assists may ask through `lockkeeper mcp`.
                """
                        + section("Documents", told.stream().map(pages::get))
                        + section(
                                "Optional",
                                pages.keySet().stream()
                                        .filter(page -> !told.contains(page))
                                        .map(pages::get)));
        assertThat(told)
                .hasSizeGreaterThan(40)
                .allSatisfy(page -> assertThat(Document.ROOT.resolve(page)).exists());
    }

    private static List<String> tests() throws IOException {
        try (Stream<Path> files = Files.walk(Document.ROOT)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.matches("\\w+(Test|IT)\\.java"))
                    .map(name -> name.replace(".java", ""))
                    .toList();
        }
    }

    /** What the help of a command says, in lines without their breaks. */
    private static String help(String command) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        assertThat(new CommandLineInterface(Map.of(), new Properties(), stream, stream).run(command, "--help"))
                .as(command)
                .isZero();
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void map_of_the_planning_documents_names_commands_and_tests_that_are_there() throws IOException {
        List<String> tests = tests();
        Map<String, String> helps = new TreeMap<>();
        List<String> missing = new ArrayList<>();
        int names = 0;
        for (String line : Document.named("docs/seed-map.md").lines()) {
            Matcher name = NAME.matcher(line.startsWith("| ") ? line : "");
            while (name.find()) {
                names++;
                String[] words = name.group(1).split(" ");
                boolean known = words[0].matches("\\w+(Test|IT)")
                        ? tests.contains(words[0])
                        : Stream.of(words).skip(1).allMatch(helps.computeIfAbsent(words[0], MapsTest::help)::contains);
                if (!known) {
                    missing.add(name.group(1));
                }
            }
        }
        assertThat(missing).isEmpty();
        assertThat(names).isGreaterThan(100);
    }

    @Test
    void map_of_the_planning_documents_has_each_number_that_the_requirements_cite() {
        String text = String.join("\n", Document.named("docs/seed-map.md").lines());
        assertThat(Set.of("T005", "T020", "T021", "T023", "T025", "T029", "T030", "T033", "T037"))
                .allMatch(number ->
                        text.lines().filter(line -> line.contains(number)).count() >= 2);
    }
}
