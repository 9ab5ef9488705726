package dev.lockkeeper.cli;

import static dev.lockkeeper.cli.Guarded.allow;
import static dev.lockkeeper.cli.Guarded.apply;
import static dev.lockkeeper.cli.Guarded.approve;
import static dev.lockkeeper.cli.Guarded.approved;
import static dev.lockkeeper.cli.Guarded.digest;
import static dev.lockkeeper.cli.Guarded.guarded;
import static dev.lockkeeper.cli.Guarded.key;
import static dev.lockkeeper.cli.Guarded.make;
import static dev.lockkeeper.cli.Guarded.plan;
import static dev.lockkeeper.cli.Guarded.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.database.RunnerLock;
import dev.lockkeeper.gate.Comment;
import dev.lockkeeper.gate.CommentFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Desk.Extension.class)
class PlanCommentsTest {
    private static Desk.Outcome comment(Desk desk, String name, String text, String... more) {
        return with(desk, List.of("plan", "comment", plan(desk), "-m", text, "--key", key(desk, name)), more);
    }

    private static Desk.Outcome resolve(Desk desk, String name, String thread, String... more) {
        return with(desk, List.of("plan", "resolve", plan(desk), thread, "--key", key(desk, name)), more);
    }

    private static Desk.Outcome with(Desk desk, List<String> words, String... more) {
        List<String> all = new ArrayList<>(words);
        all.addAll(List.of(more));
        return desk.run(all.toArray(String[]::new));
    }

    private static Desk.Outcome shown(Desk desk, String... more) {
        return with(desk, List.of("plan", "comments", plan(desk)), more);
    }

    private static String asked(Desk desk, String name, String text, String... more) {
        Desk.Outcome outcome = comment(
                desk,
                name,
                text,
                Stream.concat(Stream.of("--step", "2"), Stream.of(more)).toArray(String[]::new));
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.exitCode()).isZero();
        var id = Pattern.compile("\\.([0-9a-f]{12})\\.comment").matcher(outcome.out());
        assertThat(id.find()).isTrue();
        return id.group(1);
    }

    private static List<Path> files(Desk desk) throws IOException {
        try (var files = Files.list(desk.folder())) {
            return files.filter(file -> file.toString().endsWith(".comment")).toList();
        }
    }

    private static void refused(Desk.Outcome outcome, String... told) {
        assertThat(outcome.err()).contains(told);
        assertThat(outcome.exitCode()).isEqualTo(4);
    }

    @Test
    @Tag("OPS-01")
    void what_the_record_keeps_of_a_plan_is_found_by_its_trace_before_anything_has_run(Desk desk) throws IOException {
        guarded(desk);
        approved(desk);
        asked(desk, "anna", "Who still reads this?", "--record");
        assertThat(approve(desk, "ben", "--record").exitCode()).isZero();
        var trace = Pattern.compile("00-([0-9a-f]{32})-").matcher(Files.readString(Path.of(plan(desk))));
        assertThat(trace.find()).isTrue();
        assertThat(desk.run("audit", "log", "--environment", "production", "--trace", trace.group(1))
                        .out())
                .contains("comment", "approve");
        assertThat(desk.run("audit", "verify", "--environment", "production").exitCode())
                .isZero();
    }

    @Test
    void names_of_who_makes_a_plan_and_who_applied_it_are_shown_with_what_they_hide(Desk desk) {
        guarded(desk);
        Desk.Outcome refused =
                desk.run("plan", "--environment", "production", "--out", plan(desk), "--as", "ma\u001b[31m\u202eker");
        assertThat(refused.err()).contains("error[usage]: --as holds a control character");
        assertThat(refused.exitCode()).isEqualTo(2);
        desk.project().write("migrations/R__vi\u001b[31m\u001b]0;x\u0007\u202eew.sql", "select 1;\n");
        Desk.Outcome applied = desk.run("apply");
        assertThat(applied.exitCode()).isZero();
        assertThat(applied.out() + applied.err())
                .contains("R__vi\\u001b[31m\\u001b]0;x\\u0007\\u202eew")
                .doesNotContain("\u001b", "\u0007", "\u202e");
        desk.execute("alter table lockkeeper.history disable trigger user;"
                + " update lockkeeper.history set applied_by = E'a\\x1b[31mx\\u202e';"
                + " alter table lockkeeper.history enable trigger user");
        assertThat(desk.run("status").out())
                .contains(" by a\\u001b[31mx\\u202e")
                .doesNotContain("\u001b", "\u202e");
    }

    @Test
    void plan_that_has_expired_takes_a_comment_and_says_that_it_is_not_run(Desk desk) {
        guarded(desk);
        make(desk, "--valid", "1ms");
        Desk.Outcome asked = comment(desk, "anna", "Why?", "--step", "2");
        assertThat(asked.exitCode()).isZero();
        assertThat(asked.err()).contains("note: the plan has expired at ", "comments do not go over to another plan");
        assertThat(shown(desk).err()).contains("note: the plan has expired at ");
    }

    @Test
    void open_comment_keeps_an_approved_plan_from_running_until_it_is_resolved(Desk desk) throws IOException {
        guarded(desk);
        approved(desk);
        String thread = asked(desk, "anna", "Who still reads this?", "--line", "1");
        refused(
                apply(desk),
                "error[comment-open]: anna@example.com asks about 2 of main: Who still reads this?",
                "V2__second.sql:1",
                "lockkeeper plan resolve " + plan(desk) + " " + thread + " -m TEXT, by anna@example.com");
        assertThat(desk.applied()).isZero();
        assertThat(shown(desk).out()).contains("open  " + thread, "1 comment, 1 open");

        assertThat(resolve(desk, "ben", thread.substring(0, 6), "-m", "Nobody since 1.2")
                        .err())
                .isEmpty();
        assertThat(shown(desk).out())
                .contains("resolved  " + thread, "resolved by ben@example.com", "1 comment, 0 open");
        assertThat(apply(desk).exitCode()).isZero();
        assertThat(desk.applied()).isEqualTo(2);
        assertThat(
                        desk.rows(
                                "select principal || coalesce(substr(resolves, 8, 12), '') from lockkeeper.plan_comment order by id"))
                .containsExactly("anna@example.com", "ben@example.com" + thread);
        assertThat(desk.rows("select action from lockkeeper.audit where action in ('comment', 'resolve') order by seq"))
                .containsExactly("comment", "resolve");
        Desk.Outcome verified = desk.run("audit", "verify", "--environment", "production");
        assertThat(verified.out()).contains("intact");
        assertThat(verified.exitCode()).isZero();
    }

    @Test
    void comments_show_who_has_approved_and_whether_that_is_enough(Desk desk) {
        guarded(desk);
        make(desk);
        assertThat(shown(desk).out()).contains("no comments\n0 of 2 approvals\n");
        assertThat(shown(desk, "--check").exitCode()).isEqualTo(3);
        approve(desk, "anna");
        assertThat(shown(desk).out()).contains("1 of 2 approvals, by anna@example.com\n");
        assertThat(shown(desk, "--check").exitCode()).isEqualTo(3);
        approve(desk, "ben");
        assertThat(shown(desk, "--check").exitCode()).isZero();
        String thread = asked(desk, "ben", "Why?");
        assertThat(shown(desk, "--check").exitCode()).isEqualTo(3);
        assertThat(resolve(desk, "ben", thread, "-m", "I see").exitCode()).isZero();
        assertThat(shown(desk, "--check").exitCode()).isZero();
        allow(desk, "anna", "maker");
        Desk.Outcome fewer = shown(desk, "--check", "--output", "json");
        assertThat(fewer.out())
                .contains(
                        "\"approvers\":[\"anna@example.com\"]",
                        "\"approvalsDemanded\":2",
                        "plan.json.ben@example.com.sig: SHA256:");
        assertThat(fewer.exitCode()).isEqualTo(3);
        assertThat(desk.run("plan", "--check").err()).contains("--check is for plan comment, comments, resolve");
    }

    @Test
    void approval_that_is_recorded_has_the_comments_that_lie_beside_recorded_too(Desk desk) throws IOException {
        guarded(desk);
        make(desk);
        String thread = asked(desk, "anna", "Who reads this?");
        Desk.Outcome approved = approve(desk, "ben");
        assertThat(approved.out()).contains("hand on with the plan: 1 comment beside it", "--record");
        assertThat(approve(desk, "anna", "--record").exitCode()).isZero();
        for (Path file : files(desk)) {
            Files.delete(file);
        }
        assertThat(shown(desk, "--record").out()).contains("open  " + thread, "2 of 2 approvals");
        refused(apply(desk), "Who reads this?");
        assertThat(desk.applied()).isZero();
    }

    @Test
    void comment_that_an_apply_has_seen_or_the_record_has_stays_when_its_file_is_removed(Desk desk) throws IOException {
        guarded(desk);
        approved(desk);
        asked(desk, "anna", "Seen by apply");
        refused(apply(desk), "Seen by apply");
        asked(desk, "ben", "Put into the record", "--record");
        for (Path file : files(desk)) {
            Files.delete(file);
        }
        refused(apply(desk), "Seen by apply", "Put into the record");
        assertThat(shown(desk).out()).contains("no comments");
        assertThat(shown(desk, "--record").out()).contains("2 comments, 2 open");
        assertThat(desk.applied()).isZero();
        for (String change : List.of("delete from", "update", "truncate")) {
            String sql = change + " lockkeeper.plan_comment" + (change.equals("update") ? " set document = ''" : "");
            assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> desk.execute(sql)))
                    .as(sql)
                    .hasMessageContaining("rows are only ever added");
        }
    }

    @Test
    void who_made_the_plan_resolves_only_what_they_have_asked_themselves(Desk desk) {
        guarded(desk);
        make(desk);
        String theirs = asked(desk, "anna", "Of Anna");
        String own = asked(desk, "maker", "Of the maker");
        refused(
                resolve(desk, "maker", theirs),
                "error[comment-refused]",
                "maker@example.com has made the plan or committed its scripts, and has not asked",
                "no comment was written");
        assertThat(resolve(desk, "maker", own).exitCode()).isZero();
        assertThat(resolve(desk, "anna", theirs).exitCode()).isZero();
        assertThat(shown(desk).out()).contains("2 comments, 0 open");
    }

    @Test
    void who_is_no_approver_asks_and_resolves_nothing_of_others(Desk desk) {
        guarded(desk);
        yaml(desk, "    approvals: 1", "    roles:", "      approver: [ben@example.com]");
        make(desk);
        String thread = asked(desk, "anna", "Is there room on the disk?");
        String other = asked(desk, "ben", "And on the standby?");
        refused(resolve(desk, "anna", other), "anna@example.com is no approver in this environment, and has not asked");
        assertThat(resolve(desk, "ben", thread).exitCode()).isZero();
        refused(comment(desk, "mallory", "Let me in", "--step", "2"), "error[comment-refused]", "never there");
    }

    @Test
    void comment_whose_author_has_left_or_that_was_altered_stays_open(Desk desk) throws IOException {
        guarded(desk);
        make(desk);
        String thread = asked(desk, "anna", "Does it fit at night?");
        assertThat(resolve(desk, "anna", thread).exitCode()).isZero();
        assertThat(approve(desk, "ben").exitCode()).isZero();
        allow(desk, "ben", "maker");
        assertThat(shown(desk).out())
                .contains("open  " + thread, "it is not known who asks: its key is not in", "does not resolve it: ");
        for (Path file : files(desk)) {
            Files.writeString(file, Files.readString(file).replace("at night", "at noon"));
        }
        assertThat(shown(desk).out()).contains("at noon", "was altered", "2 comments, 2 open");
    }

    @Test
    void comments_on_another_plan_do_not_count_here(Desk desk) throws IOException {
        guarded(desk);
        make(desk);
        asked(desk, "anna", "About the first plan");
        Files.delete(Path.of(plan(desk)));
        make(desk, "--to", "1");
        Desk.Outcome shown = shown(desk);
        assertThat(shown.out()).contains("no comments");
        assertThat(shown.err())
                .contains("note: left out, since it is a comment on another plan: ", "anna@example.com.");
        assertThat(comment(desk, "anna", "x", "--step", "2").err())
                .contains("error[version-unknown]: the plan has no step 2", "main 1");
        assertThat(approve(desk, "anna").err()).doesNotContain("comment-open");
    }

    @Test
    void comment_file_that_was_altered_never_makes_its_question_vanish(Desk desk) throws IOException {
        guarded(desk);
        approved(desk);
        asked(desk, "anna", "Who still reads this?");
        String other = asked(desk, "ben", "Is it quiet then?");
        assertThat(resolve(desk, "ben", other).exitCode()).isZero();
        Path file = files(desk).stream()
                .filter(one -> one.getFileName().toString().contains("anna"))
                .findFirst()
                .orElseThrow();
        String good = Files.readString(file);
        String thread = "\"thread\":null";
        for (String bad : List.of(
                good.replace(thread, "\"thread\":\"sha256:" + "a".repeat(64) + "\""),
                good.replace(thread, "\"thread\":\"" + other + "\""),
                good.replace(thread, "\"thread\":\"\""),
                good.replace("Who still", "Nobody").replace(thread, "\"thread\":\"x\""),
                good.replace("\"step\":\"2\"", "\"step\":\"9\""))) {
            assertThat(bad).isNotEqualTo(good);
            Files.writeString(file, bad);
            assertThat(shown(desk).out())
                    .contains("it is not known who asks: its signature is not of this comment", "2 comments, 1 open");
            refused(apply(desk), "error[comment-open]: anna@example.com asks about ");
        }
        Files.writeString(file, good.replace(digest(desk), "sha256:" + "0".repeat(64)));
        for (Desk.Outcome outcome : List.of(shown(desk), apply(desk), approve(desk, "anna"))) {
            assertThat(outcome.err())
                    .contains(
                            "error[comment-file]: the comment names another plan, and its signature is not of that",
                            file.getFileName().toString());
            assertThat(outcome.exitCode()).isEqualTo(2);
        }
        assertThat(desk.applied()).isZero();
        assertThat(desk.rows(
                        "select distinct resolves is null from lockkeeper.plan_comment where principal like 'anna@%'"))
                .containsExactly("t");
        assertThat(desk.rows("select count(*) from lockkeeper.audit where action = 'resolve'"))
                .containsExactly("1");
    }

    @Test
    void answer_whose_question_is_gone_is_a_question_that_an_approver_resolves(Desk desk) throws IOException {
        guarded(desk);
        approved(desk);
        String thread = asked(desk, "anna", "Who still reads this?");
        assertThat(resolve(desk, "ben", thread, "-m", "Nobody").exitCode()).isZero();
        for (Path file : files(desk)) {
            if (file.toString().contains(thread)) {
                Files.delete(file);
            }
        }
        Desk.Outcome shown = shown(desk, "--output", "json");
        assertThat(shown.out()).contains("it is not known what is asked: it resolves sha256:" + thread, "\"open\":1,");
        refused(apply(desk), "error[comment-open]: ben@example.com asks about 2 of main: Nobody");
        var id = Pattern.compile("\"thread\":\"([0-9a-f]{12})\"").matcher(shown.out());
        assertThat(id.find()).isTrue();
        assertThat(resolve(desk, "anna", id.group(1)).err()).isEmpty();
        assertThat(shown(desk).out()).contains("1 comment, 0 open");
        assertThat(apply(desk).exitCode()).isZero();
    }

    @Test
    void what_is_no_file_or_has_no_end_beside_a_plan_is_refused_and_not_waited_for(Desk desk) throws Exception {
        guarded(desk);
        approved(desk);
        for (String ending : List.of(".comment", ".sig")) {
            Path pipe = Path.of(plan(desk) + ".pipe" + ending);
            assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                    .isZero();
            refusedFile(apply(desk), pipe, "is no regular file");
            Files.delete(pipe);
            Files.createSymbolicLink(pipe, Path.of("/dev/zero"));
            refusedFile(apply(desk), pipe, "is no regular file");
            Files.delete(pipe);
            Files.createDirectory(pipe);
            refusedFile(apply(desk), pipe, "is no regular file");
            Files.delete(pipe);
            Files.writeString(pipe, "x".repeat(70_000));
            refusedFile(apply(desk), pipe, "has more than 65536 bytes");
            Files.delete(pipe);
        }
        assertThat(apply(desk).exitCode()).isZero();
    }

    @Test
    void evidence_tells_what_an_emergency_passed_by_and_somebody_resolved_afterwards(Desk desk) {
        guarded(desk, "    break-glass: allow");
        approved(desk);
        String open = asked(desk, "anna", "Was the backup tried?");
        assertThat(apply(desk, "--break-glass", "it cannot wait").exitCode()).isZero();
        String after = asked(desk, "anna", "And now?", "--record");
        for (String thread : List.of(open, after)) {
            assertThat(resolve(desk, "ben", thread, "-m", "fine", "--record").exitCode())
                    .isZero();
        }
        String bundle = desk.folder().resolve("release.zip").toString();
        desk.run("evidence", "collect", "--plan", plan(desk), "--out", bundle);
        assertThat(desk.run("evidence", "verify", bundle).err())
                .contains("the comment " + open
                        + " of anna@example.com was open when the plan ran, and resolved afterwards by ben@example.com")
                .doesNotContain("the comment " + after);
    }

    @Test
    void comment_that_comes_while_the_plan_waits_for_its_turn_is_seen(Desk desk) throws Exception {
        guarded(desk);
        approved(desk);
        List<Desk.Outcome> outcomes = new CopyOnWriteArrayList<>();
        Thread waiting = new Thread(() -> outcomes.add(apply(desk, "--wait=60s")));
        try (Connection other = desk.session(new RunnerLock("lockkeeper", "main").trySql())) {
            assertThat(other.isClosed()).isFalse();
            waiting.start();
            desk.await(
                    waiting,
                    "select exists (select from pg_stat_activity where application_name = 'lockkeeper apply main'"
                            + " and datname = current_database() and query like '%pg_try_advisory_lock%')");
            asked(desk, "anna", "Wait a moment", "--line", "1");
        }
        waiting.join();
        refused(outcomes.get(0), "error[comment-open]: anna@example.com asks about 2 of main: Wait a moment");
        assertThat(desk.applied()).isZero();
        assertThat(desk.rows("select principal from lockkeeper.plan_comment")).containsExactly("anna@example.com");
    }

    @Test
    void row_of_the_record_that_is_no_comment_is_a_question_that_an_approver_resolves(Desk desk) throws IOException {
        guarded(desk);
        approved(desk);
        String thread = asked(desk, "anna", "Real", "--record");
        assertThat(resolve(desk, "anna", thread, "--record").exitCode()).isZero();
        desk.execute("insert into lockkeeper.plan_comment (plan_digest, environment, comment, principal, document)"
                + " values ('" + digest(desk) + "', 'production', E'x\\033[2J', 'nobody', 'garbage')");
        Desk.Outcome shown = shown(desk, "--record");
        assertThat(shown.out())
                .contains("a row of the record that is no comment", "2 comments, 1 open")
                .doesNotContain("\u001b[2J");
        refused(apply(desk), "error[comment-open]", "a row of the record that is no comment");
        var id = Pattern.compile("(?m)^open  ([0-9a-f]{12})").matcher(shown.out());
        assertThat(id.find()).isTrue();
        assertThat(resolve(desk, "ben", id.group(1), "-m", "A test of ours", "--record")
                        .err())
                .isEmpty();
        assertThat(apply(desk).exitCode()).isZero();
        String bundle = desk.folder().resolve("release.zip").toString();
        desk.run("evidence", "collect", "--plan", plan(desk), "--out", bundle);
        assertThat(desk.run("evidence", "verify", bundle).out()).contains("✓ comments");
    }

    /** The comments of a folder with the signature of somebody else. */
    private static void signedBy(Desk desk, String name, String thread) throws IOException {
        for (Path file : files(desk)) {
            Comment comment = CommentFile.read("file", Files.readString(file));
            if (comment.id().equals(thread)) {
                desk.write("said", "comment " + comment.digest() + "\n");
                Files.deleteIfExists(desk.folder().resolve("said.sig"));
                String said = desk.folder().resolve("said").toString();
                assertThat(Guarded.keygen(
                                desk, "-q", "-Y", "sign", "-n", "lockkeeper-plan", "-f", key(desk, name), said))
                        .isZero();
                Files.writeString(
                        file,
                        CommentFile.text(new Comment(
                                "file",
                                comment.plan(),
                                comment.component(),
                                comment.step(),
                                comment.file(),
                                comment.line(),
                                comment.thread(),
                                comment.text(),
                                comment.by(),
                                comment.at(),
                                Files.readString(desk.folder().resolve("said.sig")))));
            }
        }
    }

    @Test
    void words_of_somebody_that_another_person_signs_stay_a_question_of_theirs(Desk desk) throws IOException {
        guarded(desk);
        approved(desk);
        String thread = asked(desk, "anna", "Who reads it?", "--record");
        signedBy(desk, "maker", thread);
        assertThat(shown(desk).out())
                .contains("it says that it is of anna@example.com, and maker@example.com has signed it", "1 open");
        assertThat(shown(desk, "--record").out())
                .contains("anna@example.com: Who reads it?")
                .doesNotContain("maker@");
        String barred = "maker@example.com has made the plan or committed its scripts, and has not asked";
        refused(resolve(desk, "maker", thread), barred);
        refused(resolve(desk, "maker", thread, "--record"), barred);
        refused(apply(desk), "error[comment-open]: anna@example.com asks about 2 of main: Who reads it?");
        assertThat(resolve(desk, "ben", thread, "--record").exitCode()).isZero();
        for (Path file : files(desk)) {
            String id = CommentFile.read("file", Files.readString(file)).id();
            signedBy(desk, "mallory", id);
        }
        assertThat(shown(desk, "--record").out()).contains("resolved by ben@example.com", "0 open");
        assertThat(apply(desk).exitCode()).isZero();
    }

    @Test
    void table_of_comments_that_is_gone_is_missed(Desk desk) throws IOException {
        guarded(desk);
        approved(desk);
        asked(desk, "anna", "Only in the record", "--record");
        for (Path file : files(desk)) {
            Files.delete(file);
        }
        desk.execute("drop table lockkeeper.plan_comment");
        refused(apply(desk), "error[history-unfit]: the table lockkeeper.plan_comment is gone");
        assertThat(desk.applied()).isZero();
    }

    @Test
    void comment_is_seen_when_the_project_names_another_record_since(Desk desk) throws IOException {
        guarded(desk);
        approved(desk);
        String thread = asked(desk, "anna", "Only in the first record", "--record");
        for (Path file : files(desk)) {
            Files.delete(file);
        }
        Path project = desk.folder().resolve("lockkeeper.yaml");
        Files.writeString(project, Files.readString(project) + "history: \"2nd Record\"\n");
        refused(apply(desk), "error[comment-open]: anna@example.com asks about 2 of main: Only in the first record");
        assertThat(desk.applied()).isZero();
        assertThat(resolve(desk, "anna", thread, "--record").exitCode()).isZero();
        assertThat(apply(desk).exitCode()).isZero();
    }

    @Test
    void trigger_that_does_not_fire_always_is_put_right_by_the_statement_that_the_refusal_names(Desk desk) {
        guarded(desk);
        approved(desk);
        String thread = asked(desk, "anna", "Is it guarded?", "--record");
        assertThat(resolve(desk, "anna", thread, "--record").exitCode()).isZero();
        desk.execute("alter table lockkeeper.plan_comment disable trigger all");
        desk.execute("alter table lockkeeper.plan_comment enable trigger all");
        Desk.Outcome outcome = apply(desk);
        refused(outcome, "error[history-unfit]");
        var statement =
                Pattern.compile("alter table \\S+ enable always trigger \\S+").matcher(outcome.err());
        assertThat(statement.find()).isTrue();
        desk.execute(statement.group());
        assertThat(apply(desk).exitCode()).isZero();
    }

    private static void refusedFile(Desk.Outcome outcome, Path file, String told) {
        assertThat(outcome.err()).contains(told, file.getFileName().toString());
        assertThat(outcome.exitCode()).isEqualTo(2);
    }

    @Test
    void approving_warns_of_open_comments_and_an_emergency_passes_them_by(Desk desk) {
        guarded(desk, "    break-glass: allow");
        make(desk);
        asked(desk, "anna", "Who answers the pager?");
        Desk.Outcome given = approve(desk, "ben");
        assertThat(given.err()).contains("warning[comment-open]: anna@example.com asks about 2 of main");
        assertThat(given.exitCode()).isZero();
        refused(apply(desk), "error[approval-missing]", "error[comment-open]");
        assertThat(apply(desk, "--break-glass", "orders fail since 03:10").exitCode())
                .isZero();
        assertThat(desk.rows("select count(*) from lockkeeper.plan_comment")).containsExactly("1");
    }

    @Test
    void text_that_hides_something_or_has_no_end_is_refused_wherever_it_comes_from(Desk desk) throws IOException {
        guarded(desk);
        make(desk);
        for (String text : List.of("a\nb", "\u001b[2Jgone", "\u202egnp.exe", "a\u0000b")) {
            Desk.Outcome outcome = comment(desk, "anna", text, "--step", "2");
            assertThat(outcome.err()).contains("error[usage]: --text holds a control character");
            assertThat(outcome.exitCode()).isEqualTo(2);
        }
        assertThat(comment(desk, "anna", "x".repeat(1_000_000), "--step", "2").err())
                .contains("has 1000000 characters, and may have 2000");
        assertThat(comment(desk, "anna", " ", "--step", "2").err()).contains("--text is missing");
        assertThat(comment(desk, "anna", "x", "--step", "2", "--line", "99").err())
                .contains("has no line 99");
        assertThat(files(desk)).isEmpty();

        asked(desk, "anna", "Naïve 🚢 \"quoted\" 'text'");
        Path file = files(desk).get(0);
        String good = Files.readString(file);
        for (String bad : List.of(
                good.replace("Naïve", "\\u001b[2J"),
                good.substring(0, 40),
                good.replace("\"line\":0", "\"line\":0,\"more\":1"),
                good.replace("plan-comment/v1", "plan-comment/v2"),
                "x".repeat(70_000),
                "")) {
            Files.writeString(file, bad);
            Desk.Outcome outcome = shown(desk);
            assertThat(outcome.err())
                    .contains("error[comment-file]", file.getFileName().toString())
                    .doesNotContain("\u001b");
            assertThat(outcome.exitCode()).isEqualTo(2);
            assertThat(apply(desk).exitCode()).isEqualTo(2);
        }
        Files.writeString(file, good);
        assertThat(shown(desk).out()).contains("Naïve 🚢 \"quoted\" 'text'");
    }

    @Test
    void two_persons_who_comment_at_once_are_both_kept(Desk desk) throws Exception {
        guarded(desk);
        make(desk);
        Thread ben = new Thread(() -> comment(desk, "ben", "same words", "--step", "2", "--record"));
        ben.start();
        asked(desk, "anna", "same words", "--record");
        ben.join();
        asked(desk, "anna", "same words");
        assertThat(shown(desk, "--record").out()).contains("3 comments, 3 open");
        assertThat(desk.rows("select count(*) from lockkeeper.plan_comment")).containsExactly("2");
        assertThat(digest(desk))
                .isEqualTo(desk.rows("select distinct plan_digest from lockkeeper.plan_comment")
                        .get(0));
    }

    @Test
    void a_step_that_several_components_have_needs_its_component_and_keeps_all_of_them_back(Desk desk) {
        guarded(desk);
        yaml(desk, "    approvals: 0");
        desk.write("more/V1__first.sql", "create table more (id int);\n")
                .write("more/U1__first.sql", "drop table more;\n");
        desk.write(
                "lockkeeper.yaml",
                "project: shop\napproval: {signers: allowed_signers}\ncomponents:\n  core: {migrations:"
                        + " migrations, convention: flyway}\n  more: {migrations: more, convention: flyway}\nenvironments:\n  production:\n    url: "
                        + Guarded.url(desk) + "\n");
        make(desk);
        assertThat(comment(desk, "anna", "Which?", "--step", "1").err())
                .contains("several components of the plan have a step 1", "--component NAME: core, more");
        assertThat(comment(desk, "anna", "Which?", "--step", "1", "--component", "more")
                        .exitCode())
                .isZero();
        Desk.Outcome run = apply(desk);
        refused(run, "asks about 1 of more: Which?");
        assertThat(run.err().split("error\\[comment-open\\]", -1)).hasSize(2);
        assertThat(desk.applied()).isZero();
    }

    @Test
    void json_tells_threads_and_what_resolved_them(Desk desk) {
        guarded(desk);
        make(desk);
        String thread = asked(desk, "anna", "Why now?");
        assertThat(resolve(desk, "anna", thread, "--output", "json").out()).contains("\"thread\":\"" + thread + "\"");
        assertThat(shown(desk, "--output", "json").out())
                .contains("\"open\":0,", "\"text\":\"Why now?\"", "\"resolved\":{\"by\":\"anna@example.com\"");
        assertThat(desk.run("plan", "--rollback", "--step", "2").err()).contains("--step is for plan comment");
        assertThat(shown(desk, "--to", "1").err()).contains("--to is for making a plan, and not for plan comments");
        assertThat(with(desk, List.of("plan", "coment", plan(desk))).err()).contains("did you mean comment?");
        assertThat(with(desk, List.of("plan", "resolve", plan(desk), "0000")).err())
                .contains("the plan has no comment 0000");
    }

    @Test
    void record_of_a_database_where_others_made_the_tables_takes_comments_of_a_plain_role(Desk desk) {
        guarded(desk);
        yaml(desk, "    approvals: 0");
        make(desk);
        assertThat(approve(desk, "ben", "--record").exitCode()).isZero();
        // a build that knew approvals only has made no such table
        desk.execute("drop table lockkeeper.plan_comment");
        asked(desk, "anna", "second", "--record");
        assertThat(desk.rows("select count(*) from lockkeeper.plan_comment")).containsExactly("1");
    }

    @Test
    void rollback_waits_for_comments_on_its_plan_as_well(Desk desk) {
        guarded(desk);
        yaml(desk, "    approvals: 0");
        assertThat(desk.run("apply", "--environment", "production").exitCode()).isZero();
        make(desk, "--rollback", "--steps", "2");
        String thread = asked(desk, "anna", "Who has looked at the rows?");
        List<String> rollback = List.of("rollback", "--plan", plan(desk), "--yes");
        refused(with(desk, rollback), "error[comment-open]", "U2__second.sql");
        assertThat(resolve(desk, "anna", thread).exitCode()).isZero();
        assertThat(with(desk, rollback).exitCode()).isZero();
        assertThat(desk.applied()).isZero();
    }

    @Test
    void role_that_may_only_look_reads_comments_and_keeps_none_and_is_told_what_is_missing(Desk desk) {
        guarded(desk).role("looks");
        yaml(desk, "    approvals: 0");
        make(desk);
        asked(desk, "anna", "first", "--record");
        desk.execute(
                "grant usage on schema lockkeeper to looks; grant select on all tables in schema lockkeeper to looks");
        String looks = "postgresql://looks@127.0.0.1:" + desk.port() + "/" + desk.database();
        assertThat(shown(desk, "--record", "--database", looks).out()).contains("1 comment, 1 open");
        Desk.Outcome refused = comment(desk, "ben", "second", "--step", "2", "--record", "--database", looks);
        refused(
                refused,
                "error[history-hidden]",
                "select, insert on its tables approval, break_glass and plan_comment",
                "kept: the comment ");
        assertThat(shown(desk).out()).contains("2 comments, 2 open");
    }

    @Test
    void evidence_keeps_comments_and_says_which_were_resolved_and_which_were_not(Desk desk) throws IOException {
        guarded(desk, "    break-glass: allow");
        approved(desk);
        String open = asked(desk, "anna", "Was the backup tried?");
        String answered = asked(desk, "ben", "Is it quiet then?", "--record");
        assertThat(resolve(desk, "anna", answered, "-m", "yes").exitCode()).isZero();
        assertThat(apply(desk, "--break-glass", "it cannot wait").exitCode()).isZero();
        for (Path file : files(desk)) {
            Files.delete(file);
        }
        String bundle = desk.folder().resolve("release.zip").toString();
        Desk.Outcome collected =
                desk.run("evidence", "collect", "--plan", plan(desk), "--out", bundle, "--output", "json");
        assertThat(collected.out())
                .contains("comments/3.json", "the comment " + open + " of anna@example.com was not resolved")
                .contains("Was the backup tried?")
                .doesNotContain("the comment " + answered);
        assertThat(desk.run("evidence", "verify", bundle).err())
                .contains("error[evidence-lacking]: the comment " + open + " of anna@example.com was not resolved");
    }
}
