package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockkeeper.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is installed without building works: from the archives and from the Debian package, with an empty home. */
@Tag("USE-06")
class DistributionIT {

    private static EmbeddedPostgres server;

    @TempDir
    private Path folder = Path.of("");

    @BeforeAll
    static void start() {
        server = EmbeddedPostgres.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private Desk.Outcome run(List<String> command) throws IOException, InterruptedException {
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().clear();
        builder.environment()
                .putAll(Map.of(
                        "PATH", "/usr/bin:/bin",
                        "HOME", Files.createDirectories(folder.resolve("home")).toString(),
                        "PGPASSWORD", server.password(),
                        "LOCKKEEPER_ARCHIVE", "off",
                        "LOCKKEEPER_JAVA_HOME", System.getProperty("java.home")));
        Process process = builder.start();
        assertThat(process.waitFor(5, TimeUnit.MINUTES))
                .as(String.join(" ", command))
                .isTrue();
        return new Desk.Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    private Desk.Outcome lockkeeper(Path launcher, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(arguments));
        return run(command);
    }

    private void unpack(String... command) throws IOException, InterruptedException {
        assumeTrue(
                Stream.of("/usr/bin/", "/bin/").anyMatch(bin -> Files.exists(Path.of(bin + command[0]))),
                command[0] + " is not installed");
        assertThat(run(List.of(command)).exitCode())
                .as(String.join(" ", command))
                .isZero();
    }

    /** The launcher of an unpacked archive. */
    private Path launcher() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(top -> top.resolve("bin/lockkeeper"))
                    .filter(Files::exists)
                    .findFirst()
                    .orElseThrow();
        }
    }

    private void appliesAndTells(Path launcher) throws IOException, InterruptedException {
        assertThat(lockkeeper(launcher, "--version")).isEqualTo(new Desk.Outcome(0, Installation.VERSION, ""));
        Desk.Outcome made = lockkeeper(launcher, "init", "shop");
        assertThat(made.exitCode()).as(made.err()).isZero();
        String database =
                "postgresql://" + server.user() + "@127.0.0.1:" + server.port() + "/" + server.createDatabase();
        Desk.Outcome applied = lockkeeper(launcher, "apply", "--project", "shop", "--database", database);
        assertThat(applied.exitCode()).as(applied.err()).isZero();
        Desk.Outcome status = lockkeeper(launcher, "status", "--check", "--project", "shop", "--database", database);
        assertThat(status.exitCode()).as(status.err()).isZero();
        // with libraries that no other command needs
        Desk.Outcome drawn = lockkeeper(launcher, "erd", "--project", "shop", "--database", database);
        assertThat(drawn.exitCode()).as(drawn.err()).isZero();
        assertThat(drawn.out()).startsWith("<?xml").endsWith("</svg>\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tar.gz", "zip"})
    void archive_is_unpacked_anywhere_and_applies(String kind) throws Exception {
        String file = Installation.archive("-bin." + kind).toString();
        unpack(kind.equals("zip") ? new String[] {"unzip", "-q", file} : new String[] {"tar", "xzf", file});
        appliesAndTells(launcher());
    }

    @Test
    void output_that_cannot_be_written_is_an_error_and_a_reader_that_has_gone_is_none() throws Exception {
        unpack("tar", "xzf", Installation.archive("-bin.tar.gz").toString());
        String help = "'" + launcher() + "' help";
        assertThat(run(List.of("sh", "-c", help + " > /dev/full")))
                .isEqualTo(new Desk.Outcome(
                        1,
                        "",
                        "error[unexpected]: standard output cannot be written: No space left on device;"
                                + " what the command has done is done\n"));
        assertThat(run(List.of("sh", "-c", "{ " + help + "; echo $? >&2; } | true")))
                .isEqualTo(new Desk.Outcome(0, "", "0\n"));
    }

    @Test
    void servers_are_unpacked_over_it_for_the_demo_and_smoke() throws Exception {
        unpack("tar", "xzf", Installation.archive("-bin.tar.gz").toString());
        Desk.Outcome without = lockkeeper(launcher(), "demo");
        assertThat(without.exitCode()).isEqualTo(1);
        assertThat(without.err())
                .contains("error[server-missing]: no server binaries")
                .contains("-servers.tar.gz");
        unpack("tar", "xzf", Installation.archive("-servers.tar.gz").toString());
        Desk.Outcome demo = lockkeeper(launcher(), "demo");
        assertThat(demo.exitCode()).as(demo.err()).isZero();
        Desk.Outcome smoke = lockkeeper(
                launcher(),
                "smoke",
                "--project",
                launcher().resolve("../../schemas/week-planner").normalize().toString());
        assertThat(smoke.exitCode()).as(smoke.out() + smoke.err()).isZero();
    }

    @Test
    void debian_package_holds_the_same_program_and_a_link_to_it() throws Exception {
        unpack("dpkg-deb", "-x", Installation.archive("_all.deb").toString(), "root");
        assertThat(Files.readSymbolicLink(folder.resolve("root/usr/bin/lockkeeper")))
                .hasToString("/usr/share/lockkeeper/bin/lockkeeper");
        appliesAndTells(folder.resolve("root/usr/share/lockkeeper/bin/lockkeeper"));
    }
}
