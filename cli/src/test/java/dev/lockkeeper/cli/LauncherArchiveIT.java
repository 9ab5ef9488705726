package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The start-up archive appears by itself, is used, and nothing that happens to it can be seen from outside. */
@Tag("USE-02")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LauncherArchiveIT {
    private static final Desk.Outcome FINE = new Desk.Outcome(0, Installation.VERSION, "");
    private static final String LOADED = "dev.lockkeeper.cli.Main source: shared objects file";

    private final Installation installation;
    private final List<Path> javas = Installation.javas();
    /** For each JDK its archive, made by the first of two simultaneous runs or the second. */
    private final Map<Path, Path> made = new LinkedHashMap<>();

    LauncherArchiveIT(@TempDir Path folder) throws IOException {
        installation = new Installation(folder, "in").withJar();
    }

    @BeforeAll
    void two_simultaneous_first_runs_make_one_archive_for_each_java() throws Exception {
        for (Path java : javas) {
            Path cache = installation.work().resolve("first " + java.getFileName());
            use(java, cache);
            Installation.Run one = installation.start("--version");
            Installation.Run other = installation.start("--version");
            assertThat(one.end()).isEqualTo(FINE);
            assertThat(other.end()).isEqualTo(FINE);
            made.put(java, Installation.archives(cache, 1).get(0));
        }
    }

    private void use(Path java, Path cache) {
        installation.with("LOCKKEEPER_JAVA_HOME", java.toString()).with("LOCKKEEPER_CACHE", cache.toString());
    }

    private Path archiveOf(Path java) {
        return Objects.requireNonNull(made.get(java), () -> "no archive of " + java);
    }

    /** A cache of its own for a test, whose archive has this content. */
    private Path archive(Path java, Path cache, byte[] content) throws IOException {
        use(java, cache);
        Path folder = Files.createDirectories(cache.resolve("archives"));
        return Files.write(folder.resolve(archiveOf(java).getFileName()), content);
    }

    private boolean startsFromArchive() throws Exception {
        Path log = Files.createTempFile(installation.work(), "load", null);
        installation.with("LOCKKEEPER_JAVA_OPTS", "-Xlog:class+load=info:file=" + log.getFileName());
        assertThat(installation.run("--version")).isEqualTo(FINE);
        installation.without("LOCKKEEPER_JAVA_OPTS");
        return Files.readString(log).contains(LOADED);
    }

    @ParameterizedTest
    @FieldSource("javas")
    void the_next_start_uses_it(Path java) throws Exception {
        use(java, archiveOf(java).resolve("../..").normalize());
        assertThat(startsFromArchive()).isTrue();
        use(java, Path.of(Installation.NO_CACHE));
        assertThat(startsFromArchive()).isFalse();
    }

    @ParameterizedTest
    @FieldSource("javas")
    void garbage_of_the_right_size_is_passed_over_in_silence(Path java, @TempDir Path cache) throws Exception {
        byte[] garbage = new byte[(int) Files.size(archiveOf(java))];
        for (byte value : List.of((byte) 0, (byte) 'x')) {
            Arrays.fill(garbage, value);
            archive(java, cache, garbage);
            assertThat(startsFromArchive()).isFalse();
        }
    }

    @ParameterizedTest
    @FieldSource("javas")
    void one_that_is_empty_or_cut_short_is_made_anew(Path java, @TempDir Path folder) throws Exception {
        byte[] whole = Files.readAllBytes(archiveOf(java));
        for (int length : List.of(0, 4096, whole.length - 1)) {
            Path cache = folder.resolve("cache" + length);
            archive(java, cache, Arrays.copyOf(whole, length));
            assertThat(installation.run("--version")).as(length + " bytes").isEqualTo(FINE);
            Installation.archives(cache, 1);
            assertThat(startsFromArchive()).isTrue();
        }
    }

    @Test
    void one_of_another_java_is_passed_over_in_silence(@TempDir Path folder) throws Exception {
        for (Path java : javas) {
            for (Path other : javas) {
                byte[] content = Files.readAllBytes(archiveOf(other));
                Path cache = folder.resolve(java.getFileName() + " " + other.getFileName());
                Path archive = archive(java, cache, content);
                String name = archive.getFileName().toString().replaceAll("\\d+\\.jsa$", content.length + ".jsa");
                Files.move(archive, archive.resolveSibling(name), StandardCopyOption.REPLACE_EXISTING);
                assertThat(startsFromArchive())
                        .as(java + " with that of " + other)
                        .isEqualTo(java.equals(other));
            }
        }
    }

    @Test
    void what_a_killed_maker_left_behind_does_not_stop_the_next_one(@TempDir Path cache) throws Exception {
        Path java = javas.get(0);
        use(java, cache);
        Path left = Files.createDirectories(cache.resolve(
                "archives/" + archiveOf(java).getFileName().toString().replaceAll("-\\d+\\.jsa$", ".making")));
        Files.writeString(left.resolve("archive"), "half of it");
        Files.setLastModifiedTime(left, FileTime.from(Instant.now().minusSeconds(3600)));
        assertThat(installation.run("--version")).isEqualTo(FINE);
        Installation.archives(cache, 1);
        assertThat(startsFromArchive()).isTrue();
    }

    @Test
    void a_jar_that_was_touched_gets_one_of_its_own(@TempDir Path folder) throws Exception {
        Installation other = new Installation(folder, "other").withJar();
        Path cache = other.work().resolve("cache");
        other.with("LOCKKEEPER_CACHE", cache.toString());
        assertThat(other.run("--version")).isEqualTo(FINE);
        Installation.archives(cache, 1);
        Files.setLastModifiedTime(
                other.home().resolve("cli/target/lockkeeper.jar"),
                FileTime.from(Instant.now().minusSeconds(100_000)));
        assertThat(other.run("--version")).isEqualTo(FINE);
        assertThat(Installation.archives(cache, 2)).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/dev/null", "/dev/null/cache", "/proc/cache", "/a:b:c/\"$HOME\" *"})
    void a_cache_that_cannot_be_written_costs_only_the_archive(String cache) throws Exception {
        for (Path java : javas) {
            use(java, Path.of(cache));
            assertThat(installation.run("--version")).isEqualTo(FINE);
        }
    }

    @Test
    void maker_holds_no_pipe_of_the_caller(@TempDir Path folder) throws Exception {
        Installation other = new Installation(folder, "other").withJar();
        Path cache = other.work().resolve("cache");
        other.with("LOCKKEEPER_CACHE", cache.toString());
        // a shell that captures, as scripts do, with a descriptor that only some shells can name
        Installation.Run run = other.start(List.of(
                "bash",
                "-c",
                "exec 42>&1; text=$(\"$0\" --version); ls \"$1/archives\"; echo \"$text\"",
                other.launcher().toString(),
                cache.toString()));
        assertThat(run.end().out()).isEqualTo(Installation.VERSION);
        Installation.archives(cache, 1);
    }

    @Test
    void archive_can_be_switched_off(@TempDir Path folder) throws Exception {
        Installation other = new Installation(folder, "other").withJar();
        Path cache = other.work().resolve("cache");
        other.with("LOCKKEEPER_CACHE", cache.toString()).with("LOCKKEEPER_ARCHIVE", "off");
        assertThat(other.run("--version")).isEqualTo(FINE);
        assertThat(cache).doesNotExist();
        Desk.Outcome wrong = other.with("LOCKKEEPER_ARCHIVE", "no").run("--version");
        assertThat(wrong.exitCode()).isEqualTo(1);
        assertThat(wrong.err()).startsWith("error[launcher]: LOCKKEEPER_ARCHIVE is neither on nor off: no");
    }

    @Test
    void without_any_place_for_a_cache_it_starts_as_well(@TempDir Path folder) throws Exception {
        Installation homeless =
                new Installation(folder, "in").withJar().without("HOME").without("LOCKKEEPER_CACHE");
        assertThat(homeless.run("--version")).isEqualTo(FINE);
        assertThat(homeless.with("HOME", "").with("XDG_CACHE_HOME", "relative").run("--version"))
                .isEqualTo(FINE);
    }

    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143"})
    void a_signal_ends_the_program_that_started_from_it(String signal, int code) throws Exception {
        for (Path java : javas) {
            use(java, archiveOf(java).resolve("../..").normalize());
            LauncherIT.endsBySignal(installation, signal, code);
        }
    }
}
