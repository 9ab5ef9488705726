package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher starts the packaged program from everywhere and hands everything through. */
@Tag("USE-02")
class LauncherIT {
    @Nested
    class Place {
        @ParameterizedTest
        @ValueSource(strings = {"a b", "it's \"quoted\"", "$HOME `id` \\", "*", "-x", "two\nlines"})
        void the_folder_may_have_any_name(String name, @TempDir Path folder) throws Exception {
            Installation installation = new Installation(folder, name).withJar();
            assertThat(installation.run("--version")).isEqualTo(new Desk.Outcome(0, Installation.VERSION, ""));
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "C", "C.UTF-8"})
        void the_folder_may_have_a_name_that_is_not_ascii_in_any_locale(String locale, @TempDir Path folder)
                throws Exception {
            Installation installation = new Installation(folder, "a").withJar().with("LANG", locale);
            // the JVM of this test may be unable to write the name itself
            String script = "name=$(printf 'd\\303\\251') && mv a \"$name\" && exec \"$name/lockkeeper\" --version";
            assertThat(installation.start(List.of("sh", "-c", script)).end())
                    .isEqualTo(new Desk.Outcome(0, Installation.VERSION, ""));
        }

        @Test
        void a_colon_in_the_path_is_refused_because_it_would_split_the_class_path(@TempDir Path folder)
                throws Exception {
            Installation installation = new Installation(folder, "a:b").withJar();
            assertThat(installation.run("--version"))
                    .isEqualTo(error(
                            "Java cannot start from a folder whose name has a colon: " + installation.home(),
                            "move it to one without"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"absolute", "relative", "./relative", "links/chain", "in/lockkeeper"})
        void it_is_found_through_links_and_relative_paths(String command, @TempDir Path folder) throws Exception {
            Installation installation = new Installation(folder, "in").withJar().withFakeJava();
            Path work = installation.work();
            Files.createDirectories(work.resolve("links"));
            Files.createSymbolicLink(work.resolve("absolute"), installation.launcher());
            Files.createSymbolicLink(work.resolve("relative"), Path.of("in/lockkeeper"));
            Files.createSymbolicLink(work.resolve("links/chain"), Path.of("../links/next"));
            Files.createSymbolicLink(work.resolve("links/next"), work.resolve("relative"));
            // a shell that has CDPATH enters another folder than asked and says so on standard output
            Files.createDirectories(work.resolve("links/in"));
            installation.with("CDPATH", work.resolve("links").toString());
            for (List<String> line : List.of(
                    List.of("sh", command), List.of(work.resolve(command).toString()))) {
                Desk.Outcome outcome = installation.start(line).end();
                assertThat(outcome.exitCode()).as(outcome.err()).isZero();
                assertThat(outcome.out().lines())
                        .contains(
                                "jvm -Dlockkeeper.home=" + installation.home(),
                                "jvm -Dlockkeeper.binaries=" + installation.home() + "/embedded/target/binaries");
            }
        }
    }

    @Nested
    class Java {
        @Test
        void a_home_that_is_missing_or_too_old_is_named(@TempDir Path folder) throws Exception {
            Installation installation = new Installation(folder, "in").withJar();
            Path none = installation.work().resolve("none");
            for (Path home :
                    List.of(none, installation.fakeJava("11", "11.0.2"), installation.fakeJava("8", "1.8.0_392"))) {
                assertThat(installation
                                .with("LOCKKEEPER_JAVA_HOME", home.toString())
                                .run("--version"))
                        .isEqualTo(error(
                                "LOCKKEEPER_JAVA_HOME is not a Java 17 or later: " + home, "correct it or unset it"));
            }
        }

        @Test
        void the_newest_of_all_that_are_installed_is_taken(@TempDir Path folder) throws Exception {
            Installation installation = new Installation(folder, "in").withJar().without("LOCKKEEPER_JAVA_HOME");
            installation.fakeJava("jvm/b-11", "11.0.2");
            installation.fakeJava("jvm/c-999", "999-ea");
            installation.fakeJava("jvm/d-998", "998.0.1");
            Installation.script(installation.work().resolve("jvm/c-999/bin/java"), "#!/bin/sh\necho newest\n");
            assertThat(installation.start(amongJavas("jvm", installation)).end())
                    .isEqualTo(new Desk.Outcome(0, "newest\n", ""));
        }

        @Test
        void no_java_at_all_is_an_error_with_a_way_out(@TempDir Path folder) throws Exception {
            Installation installation = new Installation(folder, "in").withJar().without("LOCKKEEPER_JAVA_HOME");
            Files.createDirectories(installation.work().resolve("empty"));
            assertThat(installation.start(amongJavas("empty", installation)).end())
                    .isEqualTo(error(
                            "no Java 17 or later was found",
                            "install a JDK 17 or later, or set LOCKKEEPER_JAVA_HOME to one"));
        }

        /** Runs the launcher where the folder is all that there is in /usr/lib/jvm. */
        private static List<String> amongJavas(String folder, Installation installation) throws Exception {
            List<String> hidden = new ArrayList<>(List.of("unshare", "-rm", "sh", "-c"));
            hidden.add("mount --bind \"$0\" /usr/lib/jvm && exec \"$@\"");
            hidden.add(folder);
            int possible = installation
                    .start(List.of("unshare", "-rm", "mount", "--bind", folder, "/usr/lib/jvm"))
                    .process()
                    .waitFor();
            assumeTrue(possible == 0, "this system lets nobody hide /usr/lib/jvm");
            hidden.addAll(List.of(installation.launcher().toString(), "--version"));
            return hidden;
        }
    }

    @Nested
    class HandedThrough {
        @Test
        void every_argument_arrives_unchanged(@TempDir Path folder) throws Exception {
            Installation installation = new Installation(folder, "in").withJar().withFakeJava();
            Desk.Outcome outcome = installation.run("a b", "", "*", "\"'", "$HOME", "\\", "new\nline", "-Dx", "--");
            assertThat(outcome.out()).endsWith("\n[a b]\n[]\n[*]\n[\"']\n[$HOME]\n[\\]\n[new\nline]\n[-Dx]\n[--]\n");
            assertThat(outcome.err()).isEmpty();
        }

        @Test
        void java_options_are_split_at_spaces_and_follow_the_own_ones(@TempDir Path folder) throws Exception {
            Installation installation = new Installation(folder, "in").withJar().withFakeJava();
            installation.with("LOCKKEEPER_JAVA_OPTS", "-Xmx99m  -Dall=* *");
            assertThat(installation.run("--version").out())
                    .contains("jvm -Xlog:all=off\njvm -Xmx99m\njvm -Dall=*\njvm *\njvm -Dlockkeeper.home=");
        }

        @ParameterizedTest
        @ValueSource(strings = {"0", "1", "2", "7", "130", "255"})
        void the_exit_code_is_that_of_the_program(String code, @TempDir Path folder) throws Exception {
            Installation installation = new Installation(folder, "in").withJar().withFakeJava();
            assertThat(installation.with("WANTED", code).run("status").exitCode())
                    .isEqualTo(Integer.parseInt(code));
        }

        @Test
        void a_usage_error_ends_with_2(@TempDir Path folder) throws Exception {
            assertThat(new Installation(folder, "in").withJar().run("nonsense"))
                    .isEqualTo(new Desk.Outcome(
                            2,
                            "",
                            "error[usage]: there is no command nonsense\n"
                                    + "  = help: lockkeeper --help lists the commands\n"));
        }

        @ParameterizedTest
        @CsvSource({"INT, 130", "TERM, 143"})
        void a_signal_ends_the_program_too(String signal, int code, @TempDir Path folder) throws Exception {
            endsBySignal(new Installation(folder, "in").withJar(), signal, code);
        }
    }

    /** Signals a program that waits for a server which never answers. */
    static void endsBySignal(Installation installation, String signal, int code) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            server.setSoTimeout(120_000);
            Installation.Run run = installation
                    .with("PGPASSWORD", "secret")
                    .start(
                            "status",
                            "--project",
                            Installation.ROOT
                                    .resolve("schemas/player-engagement")
                                    .toString(),
                            "--database",
                            "postgresql://nobody@127.0.0.1:" + server.getLocalPort() + "/none");
            try (Socket connection = server.accept()) {
                run.signal(signal);
                assertThat(run.end())
                        .isEqualTo(new Desk.Outcome(
                                code,
                                "",
                                "error[interrupted]: a signal has ended the command\n"
                                        + "  = help: run the same command again\n"));
                // the other side is closed by the end of the JVM
                assertThat(readToEnd(connection)).isNotNull();
            }
        }
    }

    private static byte[] readToEnd(Socket connection) throws IOException {
        connection.setSoTimeout(120_000);
        return connection.getInputStream().readAllBytes();
    }

    static Desk.Outcome error(String message, String help) {
        return new Desk.Outcome(1, "", "error[launcher]: " + message + "\n  = help: " + help + "\n");
    }
}
