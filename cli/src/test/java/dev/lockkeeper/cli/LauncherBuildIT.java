package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The launcher builds on first use and after an update, with a stand-in for Maven. */
@Tag("USE-02")
class LauncherBuildIT {
    private static final String BUILDING =
            "Building Lockkeeper (only on first use and after an update, about a minute) ...\n";

    /** Says what it does on both streams, as Maven does, and leaves a jar and a line for each build. */
    private static final String MAVEN = """
            #!/bin/sh
            echo "$$ $JAVA_HOME $*" >>builds
            echo progress
            echo warning >&2
            """;

    private static final String MAKES_JAR = MAVEN + "echo jar >cli/target/lockkeeper.jar\n";
    private static final String WAITS = MAVEN + "read line <gate\n";

    private final Installation installation;
    private final Path jar;
    private final Path lock;

    LauncherBuildIT(@TempDir Path folder) throws IOException {
        installation = new Installation(folder, "in it").withFakeJava();
        jar = installation.home().resolve("cli/target/lockkeeper.jar");
        lock = jar.resolveSibling("build.lock");
    }

    private void maven(String script) throws IOException {
        Installation.script(installation.home().resolve("mvnw"), script);
    }

    private Path builds() {
        return installation.home().resolve("builds");
    }

    /** A pipe at which Maven waits until somebody writes to it. */
    private Path gate() throws Exception {
        Path gate = installation.home().resolve("gate");
        assertThat(new ProcessBuilder("mkfifo", gate.toString()).start().waitFor())
                .isZero();
        return gate;
    }

    private void awaitBuild() {
        await().atMost(Duration.ofMinutes(1)).until(() -> Files.exists(builds()) && Files.size(builds()) > 0);
    }

    private void old(Path file, int seconds) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(seconds)));
    }

    private void startsWithoutBuild() throws Exception {
        Desk.Outcome outcome = installation.run("status");
        assertThat(outcome.out()).endsWith("[status]\n");
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.exitCode()).isZero();
    }

    private void buildsAndStarts() throws Exception {
        Desk.Outcome outcome = installation.run("status");
        assertThat(outcome.err()).isEqualTo(BUILDING);
        assertThat(outcome.out()).endsWith("[status]\n").doesNotContain("progress");
        assertThat(outcome.exitCode()).isZero();
        assertThat(Files.exists(lock, LinkOption.NOFOLLOW_LINKS)).isFalse();
        assertThat(jar).exists();
    }

    @Test
    void a_missing_jar_is_built_once_with_the_java_that_was_found() throws Exception {
        maven(MAKES_JAR);
        buildsAndStarts();
        startsWithoutBuild();
        assertThat(Files.readAllLines(builds()))
                .singleElement()
                .asString()
                .contains(" "
                        + installation.work().resolve("jdk")
                        + " -q -B -P !static-analysis -pl cli -am -Dmaven.test.skip=true"
                        + " -Dspotless.check.skip=true -Ddistribution.skip=true package");
    }

    @Test
    void a_commit_after_the_build_leads_to_another_one() throws Exception {
        maven(MAKES_JAR);
        buildsAndStarts();
        Path head = Files.createDirectories(installation.home().resolve(".git/logs"))
                .resolve("HEAD");
        Files.writeString(head, "");
        old(jar, 1000);
        buildsAndStarts();
        old(head, 500);
        startsWithoutBuild();
        assertThat(Files.readAllLines(builds())).hasSize(2);
    }

    @Test
    void a_failed_build_shows_the_end_of_its_output_and_where_the_rest_is() throws Exception {
        maven(MAVEN + "echo half >cli/target/lockkeeper.jar\nexit 9\n");
        String failed = BUILDING + "progress\nwarning\n"
                + "error[launcher]: the build failed; all of its output is in "
                + jar.resolveSibling("build.log")
                + "\n  = help: check the network and the message above, then run again\n";
        assertThat(installation.run("status")).isEqualTo(new Desk.Outcome(1, "", failed));
        assertThat(jar.resolveSibling("build.log")).hasContent("progress\nwarning\n");
        assertThat(jar).doesNotExist();
        assertThat(Files.exists(lock, LinkOption.NOFOLLOW_LINKS)).isFalse();
        maven(MAVEN);
        assertThat(installation.run("status")).as("a build without a jar").isEqualTo(new Desk.Outcome(1, "", failed));
    }

    @Test
    void a_checkout_that_cannot_be_written_runs_the_build_that_it_has() throws Exception {
        maven(MAKES_JAR);
        buildsAndStarts();
        Path log = jar.resolveSibling("build.log");
        Files.delete(log);
        Files.createSymbolicLink(log, Path.of("/dev/null/nowhere"));
        Path head = Files.createDirectories(installation.home().resolve(".git/logs"))
                .resolve("HEAD");
        Files.writeString(head, "");
        old(jar, 1000);
        Desk.Outcome outcome = installation.run("status");
        assertThat(outcome.out()).endsWith("[status]\n");
        assertThat(outcome.err())
                .isEqualTo("note: " + installation.home()
                        + " is newer than its build and cannot be written; the older build runs\n");
        assertThat(outcome.exitCode()).isZero();
    }

    @Test
    void a_java_without_compiler_and_a_folder_that_cannot_be_written_are_named() throws Exception {
        maven(MAKES_JAR);
        Path cli = Files.writeString(installation.home().resolve("cli"), "in the way");
        assertThat(installation.run("status"))
                .isEqualTo(LauncherIT.error(
                        "cannot write to " + installation.home(), "make it writable for the first run"));
        Files.delete(cli);
        Files.delete(installation.work().resolve("jdk/bin/javac"));
        assertThat(installation.run("status"))
                .isEqualTo(LauncherIT.error(
                        "LOCKKEEPER_JAVA_HOME is not a JDK 17 or later: "
                                + installation.work().resolve("jdk"),
                        "correct it or unset it"));
        assertThat(builds()).doesNotExist();
    }

    @Test
    void the_lock_of_a_dead_process_is_taken_over_and_its_jar_not_trusted() throws Exception {
        maven(MAKES_JAR);
        Files.createDirectories(jar.getParent());
        Files.writeString(jar, "half");
        Process dead = new ProcessBuilder("true").start();
        dead.waitFor();
        Files.createSymbolicLink(lock, Path.of(Long.toString(dead.pid())));
        buildsAndStarts();
        assertThat(jar).hasContent("jar");
    }

    @Test
    void of_two_simultaneous_first_runs_one_builds_and_the_other_waits() throws Exception {
        maven(WAITS + "echo jar >cli/target/lockkeeper.jar\n");
        Path gate = gate();
        Installation.Run first = installation.start("first");
        awaitBuild();
        Installation.Run second = installation.start("second");
        String waiting =
                "Another build of Lockkeeper (process " + first.process().pid() + ") is running, waiting for it ...\n";
        await().atMost(Duration.ofMinutes(1))
                .until(() -> Files.readString(second.err()).equals(waiting));
        Files.writeString(gate, "go\n");
        assertThat(first.end().out()).endsWith("[first]\n");
        Desk.Outcome outcome = second.end();
        assertThat(outcome.out()).endsWith("[second]\n");
        assertThat(outcome.err()).isEqualTo(waiting);
        assertThat(Files.readAllLines(builds())).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143", "HUP, 129"})
    void a_signal_ends_the_build_and_leaves_nothing_half_done(String signal, int code) throws Exception {
        maven(MAKES_JAR + "read line <gate\n");
        gate();
        Installation.Run run = installation.start("status");
        awaitBuild();
        long maven = Long.parseLong(Files.readString(builds()).split(" ", 2)[0]);
        run.signal(signal);
        assertThat(run.end()).isEqualTo(new Desk.Outcome(code, "", BUILDING));
        var left = ProcessHandle.of(maven);
        if (left.isPresent()) {
            left.get().onExit().get(1, TimeUnit.MINUTES);
        }
        assertThat(jar).doesNotExist();
        assertThat(Files.exists(lock, LinkOption.NOFOLLOW_LINKS)).isFalse();
    }
}
