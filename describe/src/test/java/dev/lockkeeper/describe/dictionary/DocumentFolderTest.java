package dev.lockkeeper.describe.dictionary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockkeeper.describe.page.Markdown;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("DOC-03")
class DocumentFolderTest {
    private static final String PAGE = Markdown.MARK + "\n# a\n\n## Notes\n\n<!-- notes -->\n<!-- notes -->\n";
    private static final String NOTED =
            PAGE.replace("<!-- notes -->\n<!-- notes -->", "<!-- notes -->\nBy hand.\n<!-- notes -->");

    @TempDir
    private Path folder;

    private DocumentFolder read() {
        return DocumentFolder.read(folder, List.of("rollback.md"));
    }

    private DocumentFolder put(String path, String text) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.resolveSibling("."));
        Files.writeString(file, text);
        return read();
    }

    private static SortedMap<String, String> wanted(String... paths) {
        SortedMap<String, String> wanted = new TreeMap<>();
        for (String path : paths) {
            wanted.put(path, PAGE);
        }
        return wanted;
    }

    private void generate(SortedMap<String, String> wanted) {
        DocumentFolder read = read();
        read.write(wanted, read.compare(wanted));
    }

    @Test
    void what_is_missing_is_written_and_then_nothing_is_to_be_done() {
        SortedMap<String, String> wanted = wanted("schema/README.md", "schema/app/a.md", "rollback.md");
        assertThat(read().compare(wanted)).extracting(Staleness::state).containsOnly(Staleness.State.MISSING);
        generate(wanted);
        assertThat(read().compare(wanted)).isEmpty();
    }

    @Test
    void a_stale_page_and_one_too_many_are_told_apart_and_put_right() throws IOException {
        generate(wanted("schema/app/a.md", "schema/app/b.md", "schema/old/c.md"));
        put("schema/app/a.md", PAGE + "by hand\n");
        SortedMap<String, String> wanted = wanted("schema/app/a.md", "schema/app/b.md");
        assertThat(read().compare(wanted))
                .containsExactly(
                        new Staleness(Staleness.State.STALE, "schema/app/a.md"),
                        new Staleness(Staleness.State.EXTRA, "schema/old/c.md"));
        generate(wanted);
        assertThat(read().compare(wanted)).isEmpty();
        assertThat(folder.resolve("schema/old")).doesNotExist();
    }

    @Test
    void other_line_endings_are_no_difference() throws IOException {
        put("schema/app/a.md", "\uFEFF" + NOTED.replace("\n", "\r\n"));
        assertThat(read().notes()).isEqualTo(Map.of("app/a.md", "By hand.\n"));
        assertThat(read().compare(new TreeMap<>(Map.of("schema/app/a.md", NOTED))))
                .isEmpty();
    }

    @Test
    void a_note_about_what_is_gone_is_kept_and_told() throws IOException {
        put("schema/app/a.md", NOTED);
        SortedMap<String, String> wanted = wanted("schema/app/b.md");
        generate(wanted);
        assertThat(read().compare(wanted))
                .containsExactly(new Staleness(Staleness.State.NOTE_WITHOUT_OBJECT, "schema/app/a.md"));
        assertThat(folder.resolve("schema/app/a.md")).hasContent(NOTED);
    }

    @Test
    void files_of_others_are_neither_read_nor_written_over() throws IOException {
        put("schema/app/own.md", "# By hand\n<!-- notes -->\n");
        put("schema/app/picture.svg", "<svg/>");
        assertThat(read().compare(wanted())).isEmpty();
        put("schema/app/a.md", "# mine");
        assertThatThrownBy(() -> generate(wanted("schema/app/a.md", "schema/app/b.md")))
                .isInstanceOfSatisfying(
                        LockkeeperException.class,
                        e -> assertThat(e.problems()).singleElement().satisfies(problem -> {
                            assertThat(problem.code()).isEqualTo(Code.DOCS_FILE);
                            assertThat(problem.place())
                                    .extracting(Place::file)
                                    .asString()
                                    .endsWith("a.md");
                        }));
        assertThat(folder.resolve("schema/app/a.md")).hasContent("# mine");
        assertThat(folder.resolve("schema/app/b.md")).doesNotExist();
    }

    @Test
    void marks_of_notes_that_are_not_two_are_refused_with_their_line() throws IOException {
        assertThatThrownBy(() -> put("schema/app/a.md", NOTED.replaceFirst("<!-- notes -->\n", "")))
                .isInstanceOfSatisfying(
                        LockkeeperException.class,
                        e -> assertThat(e.problems().get(0).place())
                                .extracting(Place::line)
                                .isEqualTo(7));
        assertThatThrownBy(() -> put("schema/app/a.md", NOTED + "<!-- notes -->\n"))
                .isInstanceOfSatisfying(
                        LockkeeperException.class,
                        e -> assertThat(e.problems().get(0))
                                .satisfies(problem -> assertThat(problem.code()).isEqualTo(Code.DOCS_FILE))
                                .satisfies(problem -> assertThat(problem.place())
                                        .extracting(Place::line)
                                        .isEqualTo(9)));
    }
}
