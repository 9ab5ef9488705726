package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockkeeper.checklist.Checklist;
import dev.lockkeeper.checklist.ChecklistReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Desk.Extension.class)
class ChecklistCommandTest {
    private static final String SHORT = """
            title: Three steps
            tokens: {who: nobody, dir: null}
            steps:
              - id: look
                phase: before
                text: Look at ${who}
                run: echo 'hello ${who}'
              - id: ask
                text: Ask somebody
              - id: keep
                phase: after
                text: Keep something
                run: lockkeeper status --output json
                out: ${dir}/reports/status.json
                confirm: true
                required: true
            """;

    private static Path log(Desk desk) {
        return desk.folder().resolve("release.checklist");
    }

    private static Desk.Outcome checklist(Desk desk, String name, String... words) {
        List<String> all = new ArrayList<>(List.of("checklist"));
        all.addAll(List.of(words));
        all.addAll(List.of("--file", log(desk).toString()));
        if (!List.of("show", "next").contains(words[0])) {
            all.addAll(List.of("--as", name));
        }
        return desk.run(all.toArray(String[]::new));
    }

    private static Desk started(Desk desk, String... sets) {
        return begun(desk, SHORT, sets);
    }

    private static Desk begun(Desk desk, String definition, String... sets) {
        desk.project().write("short.yaml", definition);
        List<String> words = new ArrayList<>(List.of(
                "start", "--checklist", desk.folder().resolve("short.yaml").toString()));
        words.addAll(List.of("--set", "dir=" + desk.folder()));
        words.addAll(List.of(sets));
        Desk.Outcome outcome = checklist(desk, "anna", words.toArray(String[]::new));
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.exitCode()).isZero();
        return desk;
    }

    private static void refused(Desk.Outcome outcome, String... told) {
        assertThat(outcome.err()).contains("error[checklist-refused]").contains(told);
        assertThat(outcome.exitCode()).isEqualTo(4);
    }

    @Test
    void two_persons_go_through_all_steps_and_each_sees_what_the_other_did(Desk desk) throws Exception {
        started(desk, "--set", "who=you & $(me)");
        Desk.Outcome run = checklist(desk, "anna", "run", "look");
        assertThat(run.out()).contains("hello you & $(me)", "look: done  by anna at ", "next: ask");
        assertThat(checklist(desk, "ben", "next").out())
                .contains(
                        "ask (before): open",
                        "Ask somebody",
                        "lockkeeper checklist done ask, or skip ask --reason TEXT");
        assertThat(checklist(desk, "ben", "done", "ask", "--reason", "Carla said yes")
                        .exitCode())
                .isZero();
        assertThat(checklist(desk, "ben", "run", "keep").out()).contains("keep: to be confirmed  by ben at ");
        assertThat(checklist(desk, "anna", "done", "keep").exitCode()).isZero();
        Desk.Outcome end = checklist(desk, "anna", "finish");
        assertThat(end.out())
                .contains(
                        "look  done",
                        "by anna at",
                        "by ben at",
                        ": Carla said yes",
                        "3 of 3 steps settled; finished by anna");

        byte[] report = Files.readAllBytes(desk.folder().resolve("reports/status.json"));
        String digest = HexFormat.of()
                .formatHex(java.security.MessageDigest.getInstance("SHA-256").digest(report));
        Desk.Outcome json = checklist(desk, "anna", "show", "--output", "json");
        assertThat(json.out())
                .contains("\"finished\":true", "\"exit\":0,\"sha256\":\"" + digest + "\",\"bytes\":" + report.length);
        assertThat(new String(report, java.nio.charset.StandardCharsets.UTF_8)).contains("lockkeeper/status/v1");
        refused(checklist(desk, "ben", "run", "look", "--reason", "again"), "the checklist is finished, by anna at ");
    }

    @Test
    void steps_out_of_their_order_or_not_theirs_are_refused_with_the_reason(Desk desk) {
        started(desk);
        refused(checklist(desk, "ben", "run", "keep"), "the step keep comes after ask", "ask is open");
        refused(checklist(desk, "ben", "done", "look"), "its command decides, and no person");
        refused(checklist(desk, "ben", "finish"), "not every step is done", "look (open), ask (open), keep (open)");
        assertThat(checklist(desk, "ben", "run", "lok").err()).contains("did you mean look?");
        assertThat(checklist(desk, "ben", "skip", "look").err()).contains("--reason is missing");
        assertThat(checklist(desk, "ben", "skip", "look", "--reason", "seen before")
                        .out())
                .contains("look: skipped  by ben", "seen before");
        refused(checklist(desk, "ben", "run", "ask"), "the step ask has no command");
        assertThat(checklist(desk, "ben", "done", "ask").exitCode()).isZero();
        refused(checklist(desk, "anna", "done", "ask"), "the step ask is done already, by ben at ");
        refused(checklist(desk, "ben", "skip", "keep", "--reason", "no time"), "the step keep cannot be skipped");
        refused(checklist(desk, "ben", "run", "look"), "the step look is skipped by ben", "--reason TEXT");
        assertThat(checklist(desk, "ben", "finish", "--reason", "called off, ticket 4711")
                        .out())
                .contains("2 of 3 steps settled; finished by ben", "called off, ticket 4711");
    }

    @Test
    void command_that_fails_leaves_its_step_failed_with_its_last_words_and_no_password(Desk desk) {
        desk.write(
                "say.sh",
                "echo postgresql://me:hunter2@db/shop >&2; printf '\\033[31mred\\033[0m\\n'; test -e " + desk.folder()
                        + "/there\n");
        begun(desk, SHORT.replace("echo 'hello ${who}'", "sh ${dir}/say.sh"));
        Desk.Outcome failed = checklist(desk, "anna", "run", "look");
        assertThat(failed.exitCode()).isEqualTo(3);
        assertThat(failed.err())
                .contains("error[checklist-step-failed]: the command of the step look ended with 1")
                .containsOnlyOnce("postgresql://me:")
                .doesNotContain("it said: ");
        refused(checklist(desk, "ben", "done", "ask"), "look is failed by anna");
        String next = checklist(desk, "ben", "next").out();
        assertThat(next)
                .contains("look (before): failed", "| red", "me:****@db")
                .doesNotContain("hunter2", "\u001b");
        assertThat(log(desk)).content().doesNotContain("hunter2");
        Desk.Outcome held = desk.run(
                "checklist",
                "start",
                "--file",
                desk.folder().resolve("second").toString(),
                "--set",
                "environment=postgresql://me:hunter2@db/shop");
        assertThat(held.err()).contains("run holds a password").doesNotContain("hunter2");
        desk.write("there", "");
        assertThat(checklist(desk, "ben", "run", "look").exitCode()).isZero();
        assertThat(checklist(desk, "ben", "next").out()).contains("ask (before): open");
    }

    @Test
    void step_that_runs_again_opens_what_rests_on_it_and_leaves_out_what_was_skipped(Desk desk) {
        begun(
                desk,
                SHORT.replace("lockkeeper status --output json", "echo kept").replace("reports/status.json", "kept"));
        assertThat(checklist(desk, "anna", "run", "look").exitCode()).isZero();
        assertThat(checklist(desk, "anna", "skip", "ask", "--reason", "not now").exitCode())
                .isZero();
        assertThat(checklist(desk, "anna", "run", "keep").exitCode()).isZero();
        assertThat(checklist(desk, "anna", "done", "keep").exitCode()).isZero();
        assertThat(checklist(desk, "ben", "run", "look", "--reason", "the script changed")
                        .out())
                .contains("look: done", "next: keep");
        assertThat(checklist(desk, "ben", "show").out()).contains("ask   skipped", "2 of 3 steps settled");
        refused(checklist(desk, "ben", "finish"), "keep (open)");
        assertThat(checklist(desk, "ben", "run", "keep").exitCode()).isZero();
    }

    @Test
    void file_that_is_another_than_its_step_has_left_is_told_and_keeps_later_steps_from_running(Desk desk)
            throws IOException {
        begun(desk, SHORT.replace("run: echo 'hello ${who}'", "run: echo plan\n    out: ${dir}/plan"));
        assertThat(checklist(desk, "anna", "run", "look").exitCode()).isZero();
        assertThat(checklist(desk, "anna", "done", "ask").exitCode()).isZero();
        Path plan = desk.folder().resolve("plan");
        desk.write("plan", "another\n");
        assertThat(checklist(desk, "anna", "show").err()).contains("note: not what its step has left: " + plan);
        refused(
                checklist(desk, "anna", "run", "keep"),
                "not what the step look has left: " + plan,
                "lockkeeper checklist run look --reason TEXT");
        Files.delete(plan);
        assertThat(checklist(desk, "anna", "show").err()).isEmpty();
        desk.write("plan", "plan\n");
        assertThat(checklist(desk, "anna", "run", "keep").exitCode()).isZero();
        assertThat(checklist(desk, "anna", "done", "keep").exitCode()).isZero();
        desk.write("plan", "another\n");
        refused(checklist(desk, "anna", "finish"), "not what the step look has left");
        assertThat(checklist(desk, "anna", "run", "look", "--reason", "anew").exitCode())
                .isZero();
        refused(checklist(desk, "anna", "finish"), "ask (open), keep (open)");
    }

    @Test
    void checklist_is_neither_written_over_by_its_own_step_nor_told_a_password(Desk desk) throws IOException {
        desk.project().write("own.yaml", SHORT.replace("${dir}/reports/status.json", "${dir}/./release.checklist"));
        assertThat(begin(desk).err()).contains("the step keep leaves ", "that is the file that keeps the checklist");
        assertThat(log(desk)).doesNotExist();
        started(desk);
        for (String reason : List.of("password=hunter2", "see postgresql://u:hunter2@h/d", "token: hunter2")) {
            Desk.Outcome outcome = checklist(desk, "anna", "skip", "look", "--reason", reason);
            assertThat(outcome.err()).contains("--reason holds a password").doesNotContain("hunter2");
            assertThat(outcome.exitCode()).isEqualTo(2);
        }
        assertThat(log(desk)).content().doesNotContain("hunter2");
    }

    @Test
    void secrets_that_are_known_here_or_look_like_one_are_not_kept(Desk desk) {
        desk.variables().put("PGPASSWORD", "known&1/x");
        desk.variables().put("VAULT", "known2");
        desk.variables().put("DEPLOY_TOKEN", "known3");
        desk.variables().put("QUEUE_URL", "redis://:known4@queue/0");
        desk.variables().put("PGPASSFILE", desk.folder().resolve("passes").toString());
        desk.write("passes", "# comment\nhost:5432:db\\:x:me:kno\\:wn5\nshort\n");
        desk.write("say.sh", """
                cat <<'EOF' >&2
                variables are known&1/x known%261%2Fx known2 known3 known4 kno:wn5
                password: "left 1"  --password left2 {"password":"left3"} token=left4
                AWS_SECRET_ACCESS_KEY=left5 host=h user=u password='left6 left7'
                Authorization: Bearer left8
                Set-Cookie: id=left9
                amqp://me:left10@queue/x  https://db/?token=left11
                PASSWORD="left13 left14" passwd=left15 PASSWD: left16
                postgres://u:p/left17@h/d
                EOF
                printf 'pass\\033[0mword=left12 for user me: it stays\\n'
                exit 1
                """);
        String own = SHORT.replace("echo 'hello ${who}'", "sh ${dir}/say.sh");
        desk.project()
                .write(
                        "lockkeeper.yaml",
                        "project: shop\nmigrations: migrations\nconvention: flyway\nenvironments:\n  production:\n"
                                + "    url: postgresql://me@localhost/shop\n    password-variable: VAULT\n");
        desk.write("short.yaml", own);
        checklist(
                desk,
                "anna",
                "start",
                "--checklist",
                desk.folder().resolve("short.yaml").toString(),
                "--set",
                "dir=" + desk.folder(),
                "--project",
                desk.folder().toString());
        assertThat(checklist(
                                desk,
                                "anna",
                                "run",
                                "look",
                                "--project",
                                desk.folder().toString())
                        .exitCode())
                .isEqualTo(3);
        assertThat(log(desk))
                .content()
                .contains("variables are ", "--password ***", "host=h user=u", "for user me: it stays")
                .doesNotContain("known", "kno:wn5", "left");
    }

    @Test
    void secret_that_stands_in_the_command_of_a_step_is_refused_and_the_name_of_its_variable_is_not(Desk desk) {
        desk.project();
        for (String command : List.of(
                "curl -H 'Authorization: Bearer $TOKEN' https://host",
                "sh -c 'API_TOKEN=\"$OTHER\" deploy \"it all\"'",
                "vault login --token-file /run/token",
                "lockkeeper approve plan.json --key keys/anna")) {
            desk.write("own.yaml", SHORT.replace("echo 'hello ${who}'", ">-\n      " + command));
            assertThat(begin(desk).err()).as(command).isEmpty();
            assertThat(log(desk).toFile().delete()).isTrue();
        }
        for (String command : List.of(
                "curl -H 'Authorization: Bearer left1' https://host",
                "sh -c 'PGPASSWORD=left1 psql'",
                "vault login --token left1",
                "env AWS_SECRET_ACCESS_KEY=left1 aws s3 ls",
                "curl -u me:left1 https://host",
                "mysql -h host -pleft1 shop",
                "redis-cli -u redis://:left1@queue")) {
            desk.write("own.yaml", SHORT.replace("echo 'hello ${who}'", ">-\n      " + command));
            assertThat(begin(desk).err())
                    .as(command)
                    .contains("run holds a password")
                    .doesNotContain("left1");
            assertThat(log(desk)).doesNotExist();
        }
    }

    private static Desk.Outcome begin(Desk desk) {
        return checklist(
                desk,
                "anna",
                "start",
                "--checklist",
                desk.folder().resolve("own.yaml").toString(),
                "--set",
                "dir=" + desk.folder());
    }

    @Test
    void command_that_cannot_be_run_or_leaves_no_file_is_no_success(Desk desk) {
        begun(desk, SHORT.replace("echo 'hello ${who}'", "no-such-program-here"));
        assertThat(checklist(desk, "anna", "run", "look").err())
                .contains("the step look could not be run, or not to its end", "the command could not be run");
        Desk other = desk;
        other.write("release.checklist", "");
        assertThat(log(desk).toFile().delete()).isTrue();
        begun(desk, SHORT.replace("run: echo 'hello ${who}'", "run: echo x\n    keep: [\"${dir}/nowhere.txt\"]"));
        assertThat(checklist(desk, "anna", "run", "look").err())
                .contains("the step has left no file " + desk.folder().resolve("nowhere.txt"));
    }

    @Test
    void output_that_cannot_be_written_is_no_success_and_leaves_no_step_running(Desk desk) {
        begun(desk, SHORT.replace("run: echo 'hello ${who}'", "run: echo x\n    out: ${dir}/short.yaml/under"));
        assertThat(checklist(desk, "anna", "run", "look").err()).contains("the output of the step cannot be written");
        assertThat(checklist(desk, "ben", "next").out()).contains("look (before): failed");
    }

    @Test
    void step_that_somebody_is_running_is_told_and_taken_over_only_with_a_reason(Desk desk) throws Exception {
        begun(desk, SHORT.replace("echo 'hello ${who}'", "sh -c 'while test ! -e ${dir}/go; do :; done'"));
        Thread anna = new Thread(() -> checklist(desk, "anna", "run", "look"));
        anna.start();
        while (!checklist(desk, "ben", "next").out().contains("look (before): running  by anna at ")) {
            assertThat(anna.isAlive()).isTrue();
        }
        refused(checklist(desk, "ben", "run", "look"), "the step look is running by anna at ", "has not ended");
        refused(checklist(desk, "ben", "skip", "look", "--reason", "x"), "is running by anna");
        desk.write("go", "");
        assertThat(checklist(desk, "ben", "run", "look", "--reason", "her machine died")
                        .exitCode())
                .isZero();
        anna.join();
        assertThat(checklist(desk, "ben", "show", "--output", "json").out())
                .contains("her machine died")
                .contains("look")
                .doesNotContain("\"state\":\"running\"");
    }

    @Test
    void step_that_a_signal_ends_leaves_no_program_behind_and_is_run_again_without_a_reason(Desk desk)
            throws Exception {
        desk.write("slow.sh", "trap : TERM\necho $$ > " + desk.folder() + "/pid\nwhile :; do :; done\n");
        begun(desk, SHORT.replace("echo 'hello ${who}'", "sh ${dir}/slow.sh"));
        Process process = ChildProcess.builder(
                        desk.variables(),
                        List.of(
                                "checklist",
                                "run",
                                "look",
                                "--as",
                                "anna",
                                "--file",
                                log(desk).toString()))
                .redirectErrorStream(true)
                .redirectOutput(desk.folder().resolve("said").toFile())
                .start();
        Path pid = desk.folder().resolve("pid");
        await().until(() -> Files.exists(pid) && Files.readString(pid).endsWith("\n"));
        process.destroy();
        assertThat(process.waitFor()).isEqualTo(143);
        assertThat(Files.readString(desk.folder().resolve("said")))
                .containsOnlyOnce("error[")
                .contains("error[interrupted]: a signal has ended the step look");
        assertThat(ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()))
                        .filter(ProcessHandle::isAlive))
                .isEmpty();
        assertThat(checklist(desk, "ben", "next").out()).contains("look (before): failed");
        assertThat(checklist(desk, "ben", "show").out()).containsPattern("by anna at \\S+, was ended by a signal");
    }

    @Test
    void environment_that_the_project_does_not_have_begins_no_checklist(Desk desk) {
        desk.project();
        Desk.Outcome begun =
                desk.run("checklist", "start", "--file", log(desk).toString(), "--set", "environment=stagin");
        assertThat(begun.exitCode()).isEqualTo(2);
        assertThat(begun.err()).contains("there is no environment stagin");
        assertThat(log(desk)).doesNotExist();
    }

    @Test
    void lines_of_many_who_write_at_once_are_all_kept(Desk desk) throws Exception {
        StringBuilder many = new StringBuilder("title: Many\ntokens: {dir: null}\nsteps:\n");
        for (int i = 0; i < 12; i++) {
            many.append("  - id: s").append(i).append("\n    text: x\n    after: []\n");
        }
        begun(desk, many.toString());
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            String step = "s" + i;
            threads.add(new Thread(() -> checklist(desk, "p" + step, "done", step)));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(checklist(desk, "anna", "show").out()).contains("12 of 12 steps settled", "head: 13 ");
    }

    @Test
    void log_that_was_changed_cut_or_merged_by_hand_is_refused_at_its_line(Desk desk) throws IOException {
        started(desk);
        checklist(desk, "anna", "run", "look");
        checklist(desk, "ben", "done", "ask");
        String good = Files.readString(log(desk));
        List<String> lines = good.lines().toList();
        for (String bad : List.of(
                good.replace("\"by\":\"ben\"", "\"by\":\"eve\""),
                good.replace(lines.get(1) + "\n", ""),
                good + lines.get(3) + "\n",
                "<<<<<<< HEAD\n" + good,
                good.replace("\"what\":\"done\"", "\"what\":\"skip\""),
                "\n",
                lines.get(1) + "\n")) {
            Files.writeString(log(desk), bad);
            Desk.Outcome outcome = checklist(desk, "anna", "show");
            assertThat(outcome.err()).contains("error[checklist-altered]", "release.checklist");
            assertThat(outcome.exitCode()).isEqualTo(4);
            assertThat(checklist(desk, "anna", "run", "keep").exitCode()).isEqualTo(4);
            assertThat(log(desk)).hasContent(bad);
        }
        // a machine that died as it wrote has left half a line, which nobody was told of
        Files.writeString(log(desk), good + "{\"seq\":5,\"prev\":\"", StandardOpenOption.TRUNCATE_EXISTING);
        assertThat(checklist(desk, "anna", "run", "keep").exitCode()).isZero();
        assertThat(checklist(desk, "anna", "show").out()).contains("keep  to be confirmed");
        // an editor that takes away the last end of line takes away no line
        String whole = Files.readString(log(desk));
        Files.writeString(log(desk), whole.stripTrailing());
        assertThat(checklist(desk, "ben", "show").out()).contains("keep  to be confirmed");
        assertThat(checklist(desk, "ben", "done", "keep").exitCode()).isZero();
        assertThat(Files.readString(log(desk))).startsWith(whole).endsWith("\n");
    }

    @Test
    void checklist_that_cannot_be_followed_is_refused_with_all_that_is_wrong(Desk desk) {
        desk.project().write("bad.yaml", """
            title: Bad
            tokens: {a: null}
            steps:
              - id: One
                text: x
              - id: two
                after: [three]
                run: echo "open
              - id: two
                run: lockkeeper checklist finish
                colour: red
              - id: three
                text: ${a} ${b}
                out: file
            """);
        Desk.Outcome outcome = checklist(
                desk,
                "anna",
                "start",
                "--checklist",
                desk.folder().resolve("bad.yaml").toString());
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err())
                .contains(
                        "error[checklist-file]",
                        "small letters",
                        "no step before this one is called three",
                        "the quote \" is not closed",
                        "there is a step two already",
                        "a step cannot run a checklist",
                        "colour",
                        "the token a has no value",
                        "the token b is not declared",
                        "a step without a command has no output");
        assertThat(log(desk)).doesNotExist();
        assertThat(checklist(desk, "anna", "start", "--set", "nope=1").err())
                .contains("the checklist has no token nope");
        assertThat(checklist(desk, "anna", "show").err())
                .contains("there is no checklist", "lockkeeper checklist start");
        started(desk);
        assertThat(checklist(desk, "anna", "start").err()).contains("error[file-exists]");
        assertThat(checklist(desk, "a\nb", "run", "look").err()).contains("--as holds a control character");
    }

    @Test
    void walk_takes_answers_from_a_pipe_and_goes_on_where_it_stopped(Desk desk) throws Exception {
        started(desk);
        assertThat(walk(desk, "hop\nrun\ndone\ndone\n"))
                .contains(
                        "error[usage]: answers are run, done, skip REASON and stop",
                        "hello nobody",
                        "ask (before): open",
                        "keep (after): open",
                        "error[checklist-refused]",
                        "exit 0");
        assertThat(checklist(desk, "anna", "next").out()).contains("keep (after): open");
        assertThat(walk(desk, "stop\n")).contains("stopped at keep", "exit 0");
        assertThat(walk(desk, "run\ndone all pending ones are ours\n"))
                .contains("keep (after): to be confirmed", "every step is settled: lockkeeper checklist finish");
        assertThat(checklist(desk, "anna", "show").out()).contains("all pending ones are ours");
    }

    private static String walk(Desk desk, String answers) throws Exception {
        desk.write("answers", answers);
        Process process = ChildProcess.builder(
                        desk.variables(),
                        List.of(
                                "checklist",
                                "walk",
                                "--as",
                                "dora",
                                "--file",
                                log(desk).toString(),
                                "--project",
                                desk.folder().toString()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.PIPE)
                .redirectInput(desk.folder().resolve("answers").toFile())
                .start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        return said + "exit " + process.waitFor();
    }

    @Test
    @Tag("PM-12")
    void page_of_the_checklist_names_each_step_with_its_command_and_its_phase() {
        List<String> page = Document.named("docs/runbooks/checklist.md").lines();
        Checklist checklist = new ChecklistReader(Map.of("environment", "ENV")).builtIn();
        List<String> rows = page.stream()
                .filter(line -> line.matches("\\|.* `[a-z-]+` \\|.*"))
                .toList();
        assertThat(checklist.steps()).hasSize(16);
        String phase = "";
        for (int i = 0; i < 16; i++) {
            Checklist.Step step = checklist.steps().get(i);
            assertThat(rows.get(i)).contains(" `" + step.id() + "` ", String.join(" ", step.command()));
            assertThat(rows.get(i).contains("**" + step.phase() + "**"))
                    .isEqualTo(!step.phase().equals(phase));
            assertThat(rows.get(i).contains("cannot be skipped")).isEqualTo(step.required());
            assertThat(rows.get(i).contains("a person")).isEqualTo(step.confirm());
            phase = step.phase();
        }
    }

    @Test
    @Tag("PM-12")
    void built_in_checklist_has_the_sixteen_steps_of_a_migration_in_six_phases(Desk desk) {
        desk.project();
        Desk.Outcome outcome = checklist(desk, "anna", "start", "--set", "environment=local");
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.out())
                .contains(
                        "review",
                        "prepare",
                        "execute",
                        "validate",
                        "rehearse rollback",
                        "finalize",
                        "0 of 16 steps settled");
        Desk.Outcome printed = desk.run("checklist", "print");
        assertThat(printed.out()).startsWith("title: A migration").contains("- id: way-back");
        desk.write("own.yaml", printed.out());
        assertThat(desk.run(
                                "checklist",
                                "start",
                                "--checklist",
                                desk.folder().resolve("own.yaml").toString(),
                                "--file",
                                desk.folder().resolve("second").toString())
                        .out())
                .contains("0 of 16 steps settled");
    }
}
