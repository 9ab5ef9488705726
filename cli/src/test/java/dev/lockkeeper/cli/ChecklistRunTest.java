package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.trace.Traceparent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a step may leave, what is kept of it when something stops it, and the trace in which its command runs. */
@ExtendWith(Desk.Extension.class)
class ChecklistRunTest {
    private static final Pattern TRACE = Pattern.compile("(?m)^  trace ([0-9a-f]{32})$");
    private static final String JOB = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    private static Path log(Desk desk) {
        return desk.folder().resolve("release.checklist");
    }

    private static String[] words(Desk desk, String... words) {
        List<String> all = new ArrayList<>(List.of("checklist"));
        all.addAll(List.of(words));
        all.addAll(List.of("--as", "anna", "--file", log(desk).toString()));
        return all.toArray(String[]::new);
    }

    private static Desk.Outcome checklist(Desk desk, String... words) {
        return desk.run(words(desk, words));
    }

    /** Begins a checklist of these steps; {@code DIR} is the folder of the desk. */
    private static Desk.Outcome begin(Desk desk, String steps) {
        desk.write(
                "own.yaml",
                "title: Steps\nsteps:\n" + steps.replace("DIR", desk.folder().toString()));
        return checklist(
                desk, "start", "--checklist", desk.folder().resolve("own.yaml").toString());
    }

    private static void begun(Desk desk, String steps) {
        Desk.Outcome outcome = begin(desk, steps);
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.exitCode()).isZero();
    }

    private static String trace(String shown) {
        Matcher matcher = TRACE.matcher(shown);
        assertThat(matcher.find()).as(shown).isTrue();
        return matcher.group(1);
    }

    private static String content(Desk desk, String name) throws IOException {
        return Files.readString(desk.folder().resolve(name));
    }

    @Test
    void head_says_which_environment_plan_and_bundle_a_checklist_is_about(Desk desk) {
        desk.project();
        Desk.Outcome started =
                checklist(desk, "start", "--set", "environment=local", "--set", "bundle=the bundle's 🐘.zip");
        String head =
                "  environment=local, plan=plan.json, reports=reports, bundle='the bundle'\\''s 🐘.zip', head=head.json, back=1\n";
        assertThat(started.out()).contains("A migration, from review to evidence\n" + head);
        assertThat(checklist(desk, "show").out()).contains(head);
        assertThat(checklist(desk, "show", "--output", "json").out())
                .contains(
                        "{\"name\":\"environment\",\"value\":\"local\"}",
                        "{\"name\":\"bundle\",\"value\":\"the bundle's 🐘.zip\"}");
    }

    @Test
    void token_that_holds_a_password_is_refused_although_no_step_uses_it(Desk desk) {
        desk.write("own.yaml", "title: T\ntokens: {unused: x, token: null}\nsteps: [{id: a, text: x}]\n");
        for (String set : List.of("unused=postgresql://u:hunter2@h/d", "token=hunter2", "unused=password: hun ter2")) {
            Desk.Outcome outcome = checklist(
                    desk,
                    "start",
                    "--set",
                    set,
                    "--checklist",
                    desk.folder().resolve("own.yaml").toString());
            assertThat(outcome.err()).as(set).contains("holds a password").doesNotContain("hunter2", "ter2");
            assertThat(outcome.exitCode()).isEqualTo(2);
        }
        assertThat(log(desk)).doesNotExist();
    }

    @Test
    void file_outside_of_the_folders_is_refused_by_name_also_behind_a_link(Desk desk) throws IOException {
        desk.project();
        Path folder = desk.folder();
        Path outside = Files.createTempDirectory("outside");
        Files.createSymbolicLink(folder.resolve("link"), outside);
        Files.createSymbolicLink(folder.resolve("nowhere"), outside.resolve("not-there-yet"));
        Files.createSymbolicLink(folder.resolve("circle"), folder.resolve("circle"));
        for (String file : List.of(
                "/dev/full",
                "DIR/../outside-of-it",
                "DIR/reports/../../outside-of-it",
                "../../../../../../../../../../etc/x",
                outside + "/x",
                "DIR/link/x",
                "DIR/link/deeper/../x",
                "DIR/nowhere")) {
            for (String key : List.of("out: \"" + file + "\"", "keep: [\"" + file + "\"]")) {
                Desk.Outcome refused = begin(desk, "  - id: a\n    text: x\n    run: echo x\n    " + key + "\n");
                assertThat(refused.err())
                        .as(key)
                        .contains(
                                "the step a leaves " + file.replace("DIR", folder.toString()),
                                "lies outside of this folder");
                assertThat(refused.exitCode()).isEqualTo(2);
            }
        }
        assertThat(begin(desk, "  - id: a\n    text: x\n    run: echo x\n    out: DIR/./lockkeeper.yaml\n")
                        .err())
                .contains("that is the file of the project");
        assertThat(begin(desk, "  - id: a\n    text: x\n    run: echo x\n    out: DIR/migrations\n")
                        .err())
                .contains("that is a folder");
        assertThat(log(desk)).doesNotExist();
        begun(desk, "  - id: a\n    text: x\n    run: echo x\n    out: DIR/new/deeper/file\n");
        Files.createSymbolicLink(folder.resolve("new"), outside);
        Desk.Outcome later = checklist(desk, "run", "a");
        assertThat(later.err()).contains("the step a leaves " + folder + "/new/deeper/file", outside.toString());
        assertThat(outside).isEmptyDirectory();
        assertThat(checklist(desk, "next").out()).contains("a (): open");
        Files.delete(folder.resolve("new"));
        assertThat(checklist(desk, "run", "a").exitCode()).isZero();
        Files.delete(outside);
    }

    /** In a process that can make no file larger than this, as on a disk that is full then. */
    private static Desk.Outcome limited(Desk desk, long bytes, String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of("sh", "-c", "ulimit -f " + bytes / 512 + "; exec \"$@\"", "sh"));
        List<String> java = ChildProcess.command(List.of(words(desk, words)));
        command.add(java.get(0));
        // the figures of a JVM are a file too
        command.add("-XX:-UsePerfData");
        command.addAll(java.subList(1, java.size()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(desk.variables());
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Desk.Outcome(process.waitFor(), "", said);
    }

    @Test
    void full_disk_at_the_end_of_a_command_tells_how_it_has_ended_and_the_same_step_goes_on(Desk desk)
            throws Exception {
        String words = "word ".repeat(300);
        desk.write("words", (words + "\n").repeat(20));
        begun(
                desk,
                "  - id: pad\n    text: " + words + "\n  - id: a\n    text: x\n    after: []\n    run: cat DIR/words\n"
                        + "  - id: b\n    text: x\n    run: 'true'\n");
        long before = Files.size(log(desk));
        Desk.Outcome full = limited(desk, (before / 512 + 4) * 512, "run", "a");
        assertThat(full.err())
                .contains(
                        "the command of the step a has ended with 0; its result could not be kept: ",
                        "File too large",
                        "run it again: lockkeeper checklist run a --file " + log(desk)
                                + " --reason \"its result was not kept\"");
        assertThat(full.exitCode()).isEqualTo(2);
        // nothing of the line is left, and the step stands as begun
        assertThat(log(desk)).content().endsWith("\n").hasLineCount(2);
        assertThat(checklist(desk, "next").out()).contains("pad (): open");
        Desk.Outcome again = checklist(desk, "run", "a", "--reason", "its result was not kept");
        assertThat(again.exitCode()).as(again.err()).isZero();
        assertThat(checklist(desk, "run", "b").exitCode()).isZero();
    }

    @Test
    void output_that_the_disk_does_not_take_is_no_success_and_leaves_no_step_running(Desk desk) throws Exception {
        begun(desk, "  - id: a\n    text: x\n    run: seq 1 100000\n    out: DIR/numbers\n");
        Desk.Outcome full = limited(desk, 100 * 1024, "run", "a");
        assertThat(full.err())
                .contains(
                        "the step a could not be run, or not to its end",
                        "not all of the output is in " + desk.folder().resolve("numbers"));
        assertThat(full.exitCode()).isEqualTo(3);
        assertThat(checklist(desk, "run", "a").exitCode()).isZero();
    }

    @Test
    void plan_of_before_is_not_what_a_step_leaves_that_has_nothing_to_do(Desk desk) throws IOException {
        desk.project();
        begun(
                desk,
                "  - id: plan\n    text: x\n    run: lockkeeper plan --out DIR/plan.json\n    keep: [\"DIR/plan.json\"]\n"
                        + "  - id: run\n    text: x\n    after: []\n    run: lockkeeper apply --plan DIR/plan.json --report DIR/run.json\n"
                        + "    keep: [\"DIR/run.json\"]\n");
        desk.write("plan.json", "of the release before\n");
        Files.setLastModifiedTime(desk.folder().resolve("plan.json"), FileTime.fromMillis(1_000_000));
        assertThat(desk.run("apply").exitCode()).isZero();
        Desk.Outcome nothing = checklist(desk, "run", "plan");
        assertThat(nothing.err()).contains("the step has not written ", "plan.json, which was there before");
        assertThat(nothing.exitCode()).isEqualTo(3);
        assertThat(content(desk, "release.checklist")).contains("\"kept\":[]");
        desk.second("create table second (id int);\n");
        Files.delete(desk.folder().resolve("plan.json"));
        assertThat(checklist(desk, "run", "plan").exitCode()).isZero();
        assertThat(checklist(desk, "run", "run").exitCode()).isZero();
        // the report of the run that did the plan stays, and is no success of this run nor its failure
        Desk.Outcome again = checklist(desk, "run", "run", "--reason", "once more");
        assertThat(again.err()).contains("this run has not written ", "run.json, which an earlier one has left");
        assertThat(again.exitCode()).isZero();
        assertThat(content(desk, "release.checklist")
                        .lines()
                        .reduce((a, b) -> b)
                        .orElse(""))
                .contains("\"exit\":0", "\"kept\":[]");
        desk.write("run.json", "altered\n");
        assertThat(checklist(desk, "show").err()).contains("not what its step has left: ");
    }

    @Test
    void interrupt_of_a_command_of_lockkeeper_is_kept_and_the_next_run_goes_on(Desk desk) throws Exception {
        desk.project().second("select pg_sleep(600);\n");
        begun(desk, "  - id: a\n    text: x\n    run: lockkeeper apply\n");
        List<String> words = new ArrayList<>(List.of(words(desk, "run", "a")));
        words.addAll(List.of("--project", desk.folder().toString()));
        Path said = desk.folder().resolve("said");
        Process process = ChildProcess.builder(desk.variables(), words)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        String asleep = "select exists (select from pg_stat_activity where datname = current_database()"
                + " and wait_event = 'PgSleep')";
        desk.await(process, asleep);
        assertThat(new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(130);
        assertThat(Files.readString(said))
                .containsSubsequence(
                        "error[interrupted]: a signal has ended",
                        "kept: 1",
                        "error[interrupted]: a signal has ended the step a");
        assertThat(checklist(desk, "show").out())
                .containsPattern("a {2}failed +by anna at \\S+, was ended by a signal");
        assertThat(checklist(desk, "show", "--output", "json").out()).contains("\"exit\":-2,");
        desk.second("select 1;\n");
        Desk.Outcome again = checklist(desk, "run", "a");
        assertThat(again.exitCode()).as(again.err()).isZero();
        assertThat(desk.applied()).isEqualTo(2);
    }

    @Test
    void steps_of_all_persons_are_in_the_trace_that_the_beginning_made_or_took_over(Desk desk) throws IOException {
        desk.project();
        String steps =
                "  - id: status\n    text: x\n    run: lockkeeper status --output json\n    out: DIR/status.json\n"
                        + "  - id: say\n    text: x\n    run: sh -c 'echo $TRACEPARENT'\n    out: DIR/said\n"
                        + "  - id: apply\n    text: x\n    run: lockkeeper apply\n";
        begun(desk, steps);
        String trace = trace(checklist(desk, "show").out());
        // another job goes on with it
        desk.variables().put(Traceparent.VARIABLE, JOB);
        Desk.Outcome shown = checklist(desk, "show", "--output", "json");
        assertThat(shown.out()).contains("\"traceparent\":\"00-" + trace, "\"trace\":\"" + JOB.substring(3, 35));
        for (String step : List.of("status", "say", "apply")) {
            Desk.Outcome run = checklist(desk, "run", step);
            assertThat(run.err()).as(step).doesNotContain("goes on with the trace");
            assertThat(run.exitCode()).isZero();
        }
        assertThat(content(desk, "status.json")).contains("\"trace\":\"" + trace + "\"");
        assertThat(content(desk, "said")).startsWith("00-" + trace);
        assertThat(desk.run("audit", "log", "--trace", trace).out()).contains("apply");
        // begun by a job, it is part of the trace of the job
        assertThat(log(desk).toFile().delete()).isTrue();
        begun(desk, steps);
        desk.variables().remove(Traceparent.VARIABLE);
        assertThat(trace(checklist(desk, "show").out())).isEqualTo(JOB.substring(3, 35));
        assertThat(checklist(desk, "run", "status").exitCode()).isZero();
        assertThat(content(desk, "status.json")).contains("\"trace\":\"" + JOB.substring(3, 35) + "\"");
    }

    @Test
    void plan_of_elsewhere_goes_on_in_its_own_trace_and_the_step_says_which(Desk desk) {
        desk.project();
        String plan = desk.folder().resolve("plan.json").toString();
        desk.variables().put(Traceparent.VARIABLE, JOB);
        assertThat(desk.run("plan", "--out", plan, "--as", "ben").exitCode()).isZero();
        desk.variables().remove(Traceparent.VARIABLE);
        begun(desk, "  - id: a\n    text: x\n    run: lockkeeper apply --plan DIR/plan.json\n");
        Desk.Outcome run = checklist(desk, "run", "a");
        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).contains("note: goes on with the trace of the plan, " + JOB.substring(3, 35));
        assertThat(desk.run("audit", "log", "--trace", JOB.substring(3, 35)).out())
                .contains("apply");
    }

    @Test
    void checklist_from_before_there_were_traces_is_read_and_goes_on(Desk desk) throws IOException {
        desk.project();
        begun(desk, "  - id: a\n    text: x\n    run: lockkeeper status\n");
        String line = content(desk, "release.checklist").strip();
        String body = line.replaceFirst(",\"traceparent\":\"[^\"]+\"", "").replaceFirst(",\"hash\":\"[^\"]+\"}$", "}");
        desk.write("body", body);
        String hash = sha256(body);
        desk.write("release.checklist", body.substring(0, body.length() - 1) + ",\"hash\":\"" + hash + "\"}\n");
        assertThat(checklist(desk, "show").out()).contains("Steps\n").doesNotContain("trace ");
        assertThat(checklist(desk, "run", "a").exitCode()).isZero();
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
