package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockkeeper.report.Style;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What people and jobs expect of a command line, whatever the command. */
@ExtendWith(Desk.Extension.class)
@Tag("USE-02")
class MannersTest {
    @Test
    void options_may_stand_before_the_command(Desk desk) {
        desk.project();
        String folder = desk.folder().toString();
        assertThat(desk.run("--output", "json", "status", "--project", folder).out())
                .startsWith("{\"schema\":\"lockkeeper/status/v1\"");
        assertThat(desk.run("--output=json", "--project", folder, "plan").out())
                .startsWith("{\"schema\":\"lockkeeper/plan/v1\"");
        assertThat(desk.run("--check", "--project", folder, "status").exitCode())
                .isEqualTo(3);
        assertThat(desk.run("--project", folder).err())
                .isEqualTo("error[usage]: the command is missing\n  = help: lockkeeper --help lists the commands\n");
        assertThat(desk.run("--output", "json", "--version").exitCode()).isEqualTo(2);
        assertThat(desk.run("--version", "--output", "json").out()).startsWith("{\"schema\":\"lockkeeper/version/v1\"");
    }

    @ParameterizedTest
    @CsvSource({
        "migrate, apply",
        "up, apply",
        "down, rollback",
        "undo, rollback",
        "info, status",
        "validate, status --check",
        "create, new",
        "verify, smoke"
    })
    void what_other_tools_call_a_command_is_answered(String theirs, String ours, Desk desk) {
        assertThat(desk.run(theirs).err())
                .isEqualTo("error[usage]: there is no command " + theirs + "\n  = help: what other tools call " + theirs
                        + " is lockkeeper " + ours + "\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "new | the argument SLUG is missing",
                "fleet | the argument ACTION is missing",
                "fleet apply | the argument NAME is missing",
                "apply --to | the value of --to is missing",
                "apply --to 1 --to 2 | --to is given twice",
                "rollback --steps -1 | --steps must be 1 or more, and is -1",
                "rollback --steps 0 | --steps must be 1 or more, and is 0",
                "rollback --steps 99999999999 | --steps must be 2147483647 or less, and is 99999999999",
                "apply --runner-lock-timeout soon | soon is not a duration for --runner-lock-timeout",
                "explain nothing --output xml | xml is not an output format"
            })
    void what_is_missing_or_wrong_is_named(String line, String message, Desk desk) {
        Desk.Outcome outcome = desk.project().run(line.split(" "));
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).startsWith("error[usage]: " + message + "\n");
    }

    @Test
    void times_take_a_unit_or_are_in_seconds(Desk desk) {
        desk.project();
        assertThat(desk.run("apply", "--runner-lock-timeout", "2min").exitCode())
                .isZero();
        assertThat(desk.run("apply", "--runner-lock-timeout", "5").exitCode()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "stat, status",
        "rollb, rollback",
        "apply --runner, --runner-lock-timeout",
        "new --comp, --component",
        "init --convention sqi, sqitch",
        "status --output j, json",
        "repair 3 --as ret, retry",
        "smoke --server-version 17, 17",
        "fleet rollb, rollback",
        "completion z, zsh",
        "smoke --migrations /etc/hostn, /etc/hostname",
        "init /etc/hostn, /etc/hostname",
        "status --component x --che, --check"
    })
    void bash_completes_commands_options_and_the_words_that_may_follow(String typed, String completed, Desk desk)
            throws Exception {
        Path script = desk.folder().resolve("completion");
        Files.writeString(script, desk.run("completion", "bash").out());
        Process bash = new ProcessBuilder(
                        "bash",
                        "--norc",
                        "-c",
                        "source \"$0\"; COMP_WORDS=(lockkeeper $1); COMP_CWORD=$((${#COMP_WORDS[@]} - 1));"
                                + " _complete_lockkeeper; printf '%s\\n' \"${COMPREPLY[@]}\"",
                        script.toString(),
                        typed)
                // outside of a completion bash warns that there is none
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines())
                .containsExactly(completed);
    }

    @Test
    void fish_gets_a_line_for_each_command_and_option_and_others_are_refused(Desk desk) {
        assertThat(desk.run("completion", "fish").out().lines())
                .contains("complete -c lockkeeper -f")
                .anyMatch(
                        line -> line.startsWith("complete -c lockkeeper -n __fish_use_subcommand -a apply -d 'Brings"))
                .anyMatch(
                        line -> line.startsWith(
                                "complete -c lockkeeper -n '__fish_seen_subcommand_from apply' -l output -r -a 'text json' -d '"))
                .contains("complete -c lockkeeper -n '__fish_seen_subcommand_from fleet' -a 'apply rollback status'")
                .anyMatch(line -> line.startsWith(
                        "complete -c lockkeeper -n '__fish_seen_subcommand_from apply' -l project -r -F -d '"));
        assertThat(desk.run("completion", "fsh").err()).contains("did you mean fish?");
        assertThat(desk.run("completion", "zsh").out()).contains("bashcompinit");
    }

    @Test
    @Tag("USE-06")
    void check_of_the_status_ends_with_findings_until_all_is_applied(Desk desk) {
        desk.project().write("migrations/R__v.sql", "create or replace view v as select 1 as one;\n");
        assertThat(desk.run("status").exitCode()).isZero();
        assertThat(desk.run("status", "--check").exitCode()).as("pending").isEqualTo(3);
        assertThat(desk.run("apply").exitCode()).isZero();
        assertThat(desk.run("status", "--check").exitCode()).isZero();
        desk.write("migrations/R__v.sql", "create or replace view v as select 2 as one;\n");
        assertThat(desk.run("status", "--check").exitCode()).as("changed").isEqualTo(3);
        assertThat(desk.run("apply").exitCode()).isZero();
        desk.write("migrations/V1__first.sql", "create table first (id bigint primary key);\n");
        assertThat(desk.run("status", "--check").exitCode()).as("altered").isEqualTo(3);
    }

    @Test
    @Tag("USE-06")
    void command_waits_for_a_server_that_is_starting(Desk desk) throws Exception {
        desk.project();
        int server = Integer.parseInt(desk.port());
        int port;
        CompletableFuture<Desk.Outcome> run;
        try (ServerSocket notReady = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = notReady.getLocalPort();
            desk.variables().put("PGPORT", Integer.toString(port));
            run = CompletableFuture.supplyAsync(() -> desk.run("apply", "--wait=5min"));
            notReady.accept().close();
        }
        try (Proxy ready = Proxy.at(port, server)) {
            Desk.Outcome outcome = run.get(2, TimeUnit.MINUTES);
            assertThat(outcome.exitCode()).as(outcome.err()).isZero();
            assertThat(outcome.err()).containsOnlyOnce("waiting: ");
            assertThat(ready.port()).isEqualTo(port);
        }
    }

    @Test
    @Tag("USE-06")
    void waiting_ends_with_what_stood_in_the_way_and_helps_only_where_time_does(Desk desk) throws Exception {
        desk.project();
        desk.variables().put("PGPASSWORD", "wrong");
        Desk.Outcome wrong = desk.run("status", "--wait=1h");
        assertThat(wrong.err()).startsWith("error[authentication-failed]");
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        desk.variables().put("PGPORT", Integer.toString(free));
        Desk.Outcome nobody = desk.run("status", "--wait", "10ms");
        assertThat(nobody.exitCode()).isEqualTo(5);
        assertThat(nobody.err()).contains("error[connection-failed]: nothing listens at 127.0.0.1:" + free);
    }

    @Test
    @Tag("USE-06")
    void whoever_reads_no_terminal_sees_a_line_before_each_step_and_a_heartbeat(Desk desk) {
        desk.project().second("create table second (id int);\n");
        assertThat(desk.run("apply").err()).contains("[1/2] 1  first\n✓ applied 1", "[2/2] 2  second\n✓ applied 2");
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
        Terminal terminal = new Terminal(
                stream,
                stream,
                false,
                Style.PLAIN,
                Style.PLAIN,
                false,
                new ArrayList<>(),
                new Interruption(),
                Narration.none());
        Heartbeat beats = new Heartbeat(terminal, Duration.ofMillis(1), () -> "[1/2] 1", System::nanoTime);
        await().until(() -> err.toString(StandardCharsets.UTF_8).contains("at work: [1/2] 1, for 0 s\n"));
        beats.close();
    }

    @Test
    @Tag("USE-06")
    void exit_code_tells_that_something_was_kept_whatever_stopped_the_run(Desk desk) {
        desk.project().second("-- lockkeeper:before select false\ncreate table second (id int);\n");
        Desk.Outcome outcome = desk.run("apply", "--output", "json");
        assertThat(outcome.exitCode()).isEqualTo(7);
        assertThat(outcome.out())
                .contains("\"code\":\"check-failed\"", "\"exitCode\":7", "\"run\":\"", "\"startedAt\"");
        assertThat(desk.run("apply").exitCode())
                .as("nothing was kept this time")
                .isEqualTo(4);
    }

    @Test
    @Tag("USE-02")
    void json_has_the_words_of_the_server_and_the_warnings(Desk desk) {
        desk.project()
                .second("do $$ begin raise exception 'no' using hint = 'try again', detail = 'because'; end $$;\n")
                .write("migrations/README.md", "x")
                .write("migrations/V_3.sql", "select 1;\n");
        String out = desk.run("apply", "--output", "json").out();
        assertThat(out)
                .contains(
                        "\"serverMessage\":\"no\"",
                        "\"serverHint\":\"try again\"",
                        "\"detail\":\"because\"",
                        "\"context\":\"PL/pgSQL function inline_code_block line 1 at RAISE\"",
                        "\"warnings\":[{\"code\":\"file-unmatched\"");
    }

    @Test
    void what_was_applied_long_ago_is_one_line_unless_all_is_asked_for(Desk desk) {
        desk.write("lockkeeper.yaml", "project: shop\nmigrations: migrations\nconvention: flyway\n");
        for (int i = 1; i <= 30; i++) {
            desk.write("migrations/V" + i + "__m.sql", "select 1;\n")
                    .write("migrations/U" + i + "__m.sql", "select 1;\n");
        }
        assertThat(desk.run("apply").exitCode()).isZero();
        desk.write("migrations/V31__m.sql", "select 1;\n").write("migrations/U31__m.sql", "select 1;\n");
        assertThat(desk.run("status").out().lines())
                .hasSize(9)
                .contains("  … 1 to 25: 25 applied before (--all shows them)")
                .last()
                .isEqualTo("30 applied, 1 pending. Next: lockkeeper apply");
        assertThat(desk.run("status", "--all").out().lines()).hasSize(33);
    }
}
