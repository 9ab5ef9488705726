package dev.lockkeeper.checklist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogTest {
    @TempDir
    private Path folder = Path.of("");

    private Log begun() {
        Log log = new Log(folder.resolve("release"), Duration.ZERO, () -> {});
        log.start(new Entry(
                1,
                "",
                Instant.parse("2026-01-31T12:00:00Z"),
                "anna",
                null,
                Entry.What.START,
                "",
                "",
                null,
                new ChecklistReader(Map.of()).builtIn(),
                null));
        return log;
    }

    @Test
    void log_that_somebody_keeps_locked_is_told_and_stays_as_it_was() throws IOException {
        List<String> told = new ArrayList<>();
        Log log = new Log(begun().file(), Duration.ofMillis(50), () -> told.add("waiting"));
        try (FileChannel channel = FileChannel.open(log.file(), StandardOpenOption.WRITE)) {
            FileLock held = channel.lock();
            LockkeeperException refused =
                    catchThrowableOfType(LockkeeperException.class, () -> log.add(progress -> progress.last()));
            assertThat(refused.problems().get(0).code()).isEqualTo(Code.CHECKLIST_HELD);
            assertThat(told).containsExactly("waiting");
            held.release();
        }
        assertThat(log.read().entries()).hasSize(1);
    }

    @Test
    void lines_say_the_same_after_they_were_read() {
        Entry first = begun().read().last();
        assertThat(Entry.read("here", first.line())).isEqualTo(first);
        assertThat(first.line()).endsWith(",\"hash\":\"" + first.hash() + "\"}");
    }

    @Test
    void commands_are_divided_at_spaces_and_quotes_and_nothing_else_has_a_meaning() {
        assertThat(CommandWords.of("  a  'b c' d\"e f\"'' \"\" $x `y` > z\\"))
                .containsExactly("a", "b c", "de f", "", "$x", "`y`", ">", "z\\");
        assertThat(CommandWords.line(List.of("echo", "it's", "", "a-b"))).isEqualTo("echo 'it'\\''s' '' a-b");
        assertThat(CommandWords.of("echo 🚢 größe")).containsExactly("echo", "🚢", "größe");
    }

    @Test
    void stars_for_a_secret_say_nothing_of_its_length_and_leave_nothing_of_it() {
        Confidential known =
                Confidential.of(Map.of("VAULT_TOKEN", "a long secret of many words"), List.of(), List.of());
        assertThat(List.of(
                        "password=x",
                        "password=a-much-longer-one",
                        "password = hun ter2",
                        "password: hun ter2 and more",
                        "password = 'hun ter2'",
                        "alter role me password 'hun ter2'",
                        "postgres://u:p/w@h/d",
                        "postgres://u:p@ss@h/d",
                        "{\"password\": \"hun \\\" ter2\"}",
                        "said a long secret of many words here"))
                .map(known::masked)
                .containsExactly(
                        "password=****",
                        "password=****",
                        "password = ****",
                        "password: ****",
                        "password = ****",
                        "alter role me password '****'",
                        "postgres://u:****@h/d",
                        "postgres://u:****@h/d",
                        "{\"password\": ****}",
                        "said **** here");
    }

    @Test
    void secrets_are_looked_for_in_the_lines_that_are_kept_alone() throws IOException {
        Said said = new Said(Confidential.of(Map.of("DEPLOY_TOKEN", "hunter2"), List.of(), List.of()));
        byte[] line = "a word and another\n".repeat(1000).getBytes(StandardCharsets.UTF_8);
        try (OutputStream out = said.counting(said.telling(OutputStream.nullOutputStream()))) {
            // to look at each of two million would take a minute
            for (int i = 0; i < 2000; i++) {
                out.write(line);
            }
            out.write("it is hunter2\n".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(said.tail()).hasSize(20).endsWith("it is ****").doesNotContain("hunter2");
    }

    @Test
    void last_lines_are_kept_as_people_read_them() throws IOException {
        Said said = new Said(Confidential.of(Map.of(), List.of(), List.of()));
        try (OutputStream out = said.counting(said.telling(OutputStream.nullOutputStream()))) {
            for (int i = 0; i < 30; i++) {
                out.write(("line " + i + "\n").getBytes(StandardCharsets.UTF_8));
            }
            out.write("10 %\r100 %\n".getBytes(StandardCharsets.UTF_8));
            out.write(("x".repeat(100_000) + "\n\u001b]0;title\u0007\u202eend").getBytes(StandardCharsets.UTF_8));
        }
        assertThat(said.tail())
                .hasSize(20)
                .startsWith("line 13")
                .endsWith("]0;titleend")
                .contains("100 %");
        assertThat(said.tail().get(18)).hasSize(503).endsWith("...");
        assertThat(said.bytes()).isGreaterThan(100_000);
    }
}
