package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.analytics.definition.Definitions;
import dev.lockkeeper.checklist.ChecklistReader;
import dev.lockkeeper.project.ProjectFile;
import dev.lockkeeper.services.ServicesFile;
import dev.lockkeeper.stewardship.classification.Classification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the documents promise and can be looked up; that their examples work is in {@link ExamplesIT}. */
@ExtendWith(Desk.Extension.class)
@Tag("USE-01")
class DocumentsTest {
    private static final Pattern LINK = Pattern.compile("]\\(([^)#: ]*)(?:#([^) ]+))?\\)");
    private static final Pattern KEY = Pattern.compile("\"([A-Za-z]+)\":");

    static Stream<Document> documents() {
        return Document.all().stream();
    }

    @ParameterizedTest
    @MethodSource("documents")
    void every_link_to_a_file_leads_to_one(Document document) throws IOException {
        Path folder = Document.ROOT.resolve(document.name()).resolveSibling(".");
        List<String> broken = new ArrayList<>();
        boolean code = false;
        for (String line : document.lines()) {
            code ^= line.strip().startsWith("```");
            // what looks like a link in code is none
            Matcher link = LINK.matcher(code ? "" : line.replaceAll("`[^`]*`", ""));
            while (link.find()) {
                String file = link.group(1);
                Path target = file.isEmpty() ? Document.ROOT.resolve(document.name()) : folder.resolve(file);
                String anchor = link.group(2);
                if (!Files.exists(target)
                        || (anchor != null && !headings(target).contains(anchor))) {
                    broken.add(link.group());
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    /** The anchors that a reader's program makes of the headings. */
    private static List<String> headings(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> line.startsWith("#"))
                .map(line -> line.replaceFirst("^#+ ", "")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("documents")
    void every_file_of_a_project_that_is_shown_can_be_read(Document document, @TempDir Path folder) throws IOException {
        for (Document.Block block : document.blocks()) {
            if (block.language().equals("yaml")) {
                Path file = Files.write(folder.resolve(ProjectFile.NAME), block.lines());
                if (block.lines().contains("rollups:")) {
                    assertThat(Definitions.read(folder).rollups()).isNotEmpty();
                } else if (block.lines().get(0).equals("version: 1")) {
                    assertThat(Classification.read(file).tables()).isNotEmpty();
                } else if (block.lines().get(0).equals("services:")) {
                    assertThat(ServicesFile.read(file, Set.of("staging"))).isNotEmpty();
                } else if (block.lines().get(0).startsWith("title: ")) {
                    assertThat(new ChecklistReader(Map.of()).read(file).steps()).isNotEmpty();
                } else if (!block.lines().get(0).equals("rows:")) {
                    // rows are those of a tutorial, which brings them
                    assertThat(ProjectFile.read(file).components()).isNotEmpty();
                }
            }
        }
    }

    private static Set<String> keys(Desk.Outcome outcome) {
        Set<String> keys = new TreeSet<>();
        Matcher key = KEY.matcher(outcome.out());
        while (key.find()) {
            keys.add(key.group(1));
        }
        return keys;
    }

    @Test
    void every_field_of_every_json_output_is_described(Desk desk) throws IOException {
        desk.project();
        Set<String> printed = new TreeSet<>(keys(desk.run("window", "--output", "json")));
        desk.second("creat table oops;\n");
        Files.writeString(
                desk.folder().resolve(ProjectFile.NAME),
                "fleets: {none: {databases: [no_such_database]}}\n",
                StandardOpenOption.APPEND);
        for (List<String> command : List.of(
                List.of("status"),
                List.of("baseline", "1", "--dry-run"),
                List.of("plan"),
                List.of("apply"),
                List.of("rollback"),
                List.of("plan", "--rollback"),
                List.of("fleet", "apply", "none"),
                List.of("fleet", "status", "none"))) {
            List<String> line = new ArrayList<>(command);
            line.addAll(List.of("--output", "json"));
            printed.addAll(keys(desk.run(line.toArray(String[]::new))));
        }
        Path described = Document.ROOT.resolve("docs/json");
        String all;
        try (Stream<Path> files = Files.list(described)) {
            all = files.sorted()
                    .map(file -> String.join(
                            "\n",
                            Document.named(Document.ROOT.relativize(file).toString())
                                    .lines()))
                    .collect(Collectors.joining("\n"));
        }
        assertThat(printed).contains("schema", "errors", "sqlState", "longestStallUs", "wave");
        assertThat(printed.stream().filter(key -> !all.contains("`" + key)).toList())
                .isEmpty();
    }
}
