package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What CHANGELOG.md says is unreleased comes from the files of changes, one for each change: so two branches never meet in it. */
@Tag("USE-05")
class ChangesTest {
    private static final List<String> KINDS = List.of("added", "changed", "deprecated", "removed", "fixed", "security");

    private static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(Document.ROOT.resolve("changes"))) {
            return files.sorted().toList();
        }
    }

    private static String kind(Path file) {
        return String.valueOf(file.getFileName()).replaceFirst("-.*", "");
    }

    private static String entry(Path file) {
        try {
            // links are those of the file, and the change log lies a folder above
            return "- " + Files.readString(file).strip().replace("](../", "](").replace("\n", "\n  ") + "\n";
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void change_log_says_what_the_files_of_changes_say() throws IOException {
        List<Path> files = files();
        assertThat(files).allSatisfy(file -> {
            assertThat(String.valueOf(file.getFileName())).matches("[a-z]+(-[a-z0-9]+)+\\.md");
            assertThat(KINDS).contains(kind(file));
            assertThat(Files.readString(file))
                    .isNotBlank()
                    .doesNotContain("\n\n")
                    .doesNotStartWith("-");
        });
        String sections = KINDS.stream()
                .filter(kind -> files.stream().anyMatch(file -> kind(file).equals(kind)))
                .map(kind -> "### " + kind.substring(0, 1).toUpperCase(Locale.ROOT) + kind.substring(1) + "\n\n"
                        + files.stream()
                                .filter(file -> kind(file).equals(kind))
                                .map(ChangesTest::entry)
                                .collect(Collectors.joining()))
                .collect(Collectors.joining("\n"));
        Golden.checkSection("CHANGELOG.md", "unreleased", sections);
    }
}
