package dev.lockkeeper.cli;

import static dev.lockkeeper.cli.Guarded.MAKER;
import static dev.lockkeeper.cli.Guarded.allow;
import static dev.lockkeeper.cli.Guarded.approve;
import static dev.lockkeeper.cli.Guarded.approved;
import static dev.lockkeeper.cli.Guarded.guarded;
import static dev.lockkeeper.cli.Guarded.key;
import static dev.lockkeeper.cli.Guarded.make;
import static dev.lockkeeper.cli.Guarded.plan;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Desk.Extension.class)
class EvidenceCommandTest {
    private static String file(Desk desk, String name) {
        return desk.folder().resolve(name).toString();
    }

    private static String bundle(Desk desk) {
        return file(desk, "release.zip");
    }

    /** Keeps what a command prints as JSON, and gives the name of the file. */
    private static String kept(Desk desk, String name, String... command) {
        List<String> all = new ArrayList<>(List.of(command));
        all.addAll(List.of("--output", "json"));
        if (command[0].equals("smoke")) {
            all.addAll(List.of("--project", desk.folder().toString()));
        }
        desk.write(name, desk.run(all.toArray(String[]::new)).out());
        return file(desk, name);
    }

    /** What a release brings before it is run. */
    private static List<String> prepared(Desk desk) {
        return new ArrayList<>(List.of(
                kept(desk, "findings.json", "lint"),
                kept(desk, "rehearsal.json", "rehearse"),
                kept(desk, "smoke.json", "smoke")));
    }

    private static Desk.Outcome applied(Desk desk) {
        return desk.run("apply", "--plan", plan(desk), "--report", file(desk, "run.json"));
    }

    private static Desk.Outcome collect(Desk desk, List<String> files, String... more) {
        List<String> all = new ArrayList<>(List.of("evidence", "collect"));
        all.addAll(files);
        all.addAll(List.of("--plan", plan(desk), "--out", bundle(desk)));
        all.addAll(List.of(more));
        return desk.run(all.toArray(String[]::new));
    }

    private static Desk.Outcome verify(Desk desk, String... more) {
        List<String> all = new ArrayList<>(List.of("evidence", "verify", bundle(desk)));
        all.addAll(List.of(more));
        return desk.run(all.toArray(String[]::new));
    }

    private static String part(Desk desk, String name) throws IOException {
        try (ZipFile zip = new ZipFile(bundle(desk))) {
            ZipEntry entry = zip.getEntry(name);
            return new String(zip.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The same project with a second migration that goes down again. */
    private static Desk whole(Desk desk) {
        return guarded(desk)
                .write("migrations/V2__second.sql", "alter table first add note text;\n")
                .write("migrations/U2__second.sql", "alter table first drop column note;\n");
    }

    @Test
    void release_is_collected_and_verified_without_a_database(Desk desk) throws IOException {
        whole(desk);
        List<String> files = prepared(desk);
        approved(desk);
        assertThat(applied(desk).exitCode()).isZero();
        files.add(file(desk, "run.json"));
        Desk.Outcome collected = collect(desk, files, "--output", "json");
        assertThat(collected.err()).isEmpty();
        assertThat(collected.exitCode()).isZero();
        assertThat(collected.out()).contains("\"grade\":\"holds\"", "\"approvals/2.sig\"", "\"outcome.json\"");

        desk.variables().keySet().removeIf(name -> name.startsWith("PG"));
        desk.write("lockkeeper.yaml", "this is no project\n");
        Desk.Outcome verified = verify(desk, "--output", "json");
        assertThat(verified.err()).isEmpty();
        assertThat(verified.exitCode()).isZero();
        assertThat(verified.out()).contains("approved by anna@example.com, ben@example.com", "\"errors\":[]");
        assertThat(verify(desk).out()).contains("✓ outcome ", "as the record of the database says", "verified ");
        JsonForms.check(part(desk, "manifest.json"));
        JsonForms.check(part(desk, "outcome.json"));
        assertThat(part(desk, "index.html"))
                .contains(
                        "Complete: rehearsed, proven, approved, and done exactly so.",
                        "locks public.first: ACCESS EXCLUSIVE",
                        "nobody was seen in its way",
                        MAKER);

        Desk.Outcome again = collect(desk, files, "--offline");
        assertThat(again.exitCode()).isEqualTo(2);
    }

    @Test
    void same_release_makes_the_same_file(Desk desk) throws IOException {
        whole(desk);
        List<String> files = prepared(desk);
        approved(desk);
        applied(desk);
        files.add(file(desk, "run.json"));
        assertThat(collect(desk, files).exitCode()).isZero();
        byte[] first = Files.readAllBytes(Path.of(bundle(desk)));
        assertThat(collect(desk, files).err()).contains("error[file-exists]");
        Files.delete(Path.of(bundle(desk)));
        assertThat(collect(desk, files).exitCode()).isZero();
        assertThat(Files.readAllBytes(Path.of(bundle(desk)))).isEqualTo(first);

        Files.createDirectory(desk.folder().resolve("reports"));
        for (String file : files) {
            Files.move(
                    Path.of(file),
                    desk.folder().resolve("reports").resolve(Path.of(file).getFileName()));
        }
        Files.delete(Path.of(bundle(desk)));
        assertThat(collect(desk, List.of(file(desk, "reports"))).exitCode()).isZero();
        assertThat(part(desk, "run-1.json")).contains("lockkeeper/run/v1");
    }

    @Test
    void signature_of_who_collects_is_verified_by_ssh_keygen_too(Desk desk) throws Exception {
        whole(desk);
        desk.write(
                "allowed_signers",
                Files.readString(desk.folder().resolve("allowed_signers"))
                        .replace("\"lockkeeper-plan\"", "\"lockkeeper-plan,lockkeeper-evidence\""));
        List<String> files = prepared(desk);
        approved(desk);
        applied(desk);
        files.add(file(desk, "run.json"));
        assertThat(collect(desk, files, "--key", key(desk, "anna")).out()).contains(", signed with SHA256:");
        assertThat(verify(desk, "--signers", file(desk, "allowed_signers")).exitCode())
                .isZero();
        desk.write("manifest.json.sig", part(desk, "manifest.json.sig"));
        Process process = new ProcessBuilder(
                        "ssh-keygen",
                        "-Y",
                        "verify",
                        "-f",
                        "allowed_signers",
                        "-I",
                        "anna@example.com",
                        "-n",
                        "lockkeeper-evidence",
                        "-s",
                        "manifest.json.sig")
                .directory(desk.folder().toFile())
                .start();
        try (var in = process.getOutputStream()) {
            in.write(part(desk, "manifest.json").getBytes(StandardCharsets.UTF_8));
        }
        assertThat(process.waitFor()).isZero();

        desk.write("revoked_keys", Files.readString(Path.of(key(desk, "ben") + ".pub")));
        Desk.Outcome revoked =
                verify(desk, "--signers", file(desk, "allowed_signers"), "--revoked", file(desk, "revoked_keys"));
        assertThat(revoked.err()).contains("the approval of ben@example.com does not count", "its key is revoked");
        assertThat(revoked.exitCode()).isEqualTo(4);
    }

    @Test
    void what_is_missing_is_told_and_the_bundle_is_made_all_the_same(Desk desk) throws IOException {
        whole(desk);
        approved(desk);
        Desk.Outcome collected = collect(desk, List.of());
        assertThat(collected.err())
                .contains(
                        "error[evidence-lacking]: the bundle has no findings",
                        "the bundle has no rehearsal",
                        "the bundle has no proof",
                        "2 (" + file(desk, "migrations/V2__second.sql") + ") was not applied");
        assertThat(collected.exitCode()).isEqualTo(3);
        assertThat(verify(desk).exitCode()).isEqualTo(3);
        assertThat(part(desk, "index.html")).contains("Not complete", "not rehearsed", "not done");
    }

    @Test
    void scripts_that_were_edited_after_they_were_judged_are_no_evidence_of_this_plan(Desk desk) {
        whole(desk);
        List<String> files = prepared(desk);
        desk.write("migrations/V2__second.sql", "alter table first add note varchar;\n");
        approved(desk);
        applied(desk);
        Desk.Outcome collected = collect(desk, files);
        assertThat(collected.err())
                .contains(
                        "error[evidence-unfit]: another script of 2 was judged by rules than the plan has",
                        file(desk, "findings.json"));
        assertThat(collected.exitCode()).isEqualTo(4);
        assertThat(Path.of(bundle(desk))).doesNotExist();
    }

    @Test
    void report_of_the_run_that_did_a_plan_is_not_replaced_by_one_of_nothing(Desk desk) throws IOException {
        whole(desk);
        List<String> files = prepared(desk);
        approved(desk);
        assertThat(applied(desk).exitCode()).isZero();
        Path report = desk.folder().resolve("run.json");
        String told = Files.readString(report);
        Desk.Outcome again = applied(desk);
        assertThat(again.exitCode()).isZero();
        assertThat(again.err()).contains("keeps the report of the run that did this plan");
        assertThat(report).hasContent(told);

        // to a file of its own it is written, and it does not stand for the run that the record knows
        assertThat(desk.run("apply", "--plan", plan(desk), "--report", file(desk, "again.json"))
                        .exitCode())
                .isZero();
        List<String> others = new ArrayList<>(files);
        others.add(file(desk, "again.json"));
        Desk.Outcome collected = collect(desk, others);
        assertThat(collected.err())
                .contains("error[evidence-lacking]: the record has run ", " of main, and no report is of it");
        assertThat(collected.exitCode()).isEqualTo(3);
        assertThat(verify(desk).exitCode()).isEqualTo(3);
        Files.delete(Path.of(bundle(desk)));
        others.add(file(desk, "run.json"));
        Desk.Outcome both = collect(desk, others);
        assertThat(both.err()).isEmpty();
        assertThat(both.exitCode()).isZero();
        String trace = told.replaceFirst("(?s).*\"trace\":\"(\\w+)\".*", "$1");
        assertThat(trace).hasSize(32);
        assertThat(part(desk, "index.html")).contains("<td>" + trace + "</td>");

        // a report of another plan is none of this one
        Files.writeString(report, told.replace("sha256:", "sha256:0"));
        assertThat(applied(desk).exitCode()).isZero();
        assertThat(report).content().contains("\"run\":null");
    }

    @Test
    void run_of_another_plan_is_no_evidence_of_this_one(Desk desk) {
        whole(desk);
        desk.run(
                "apply",
                "--database",
                Guarded.url(desk).replace("127.0.0.1", "localhost"),
                "--to",
                "1",
                "--report",
                file(desk, "other.json"));
        approved(desk);
        applied(desk);
        Desk.Outcome collected = collect(desk, List.of(file(desk, "other.json")));
        assertThat(collected.err()).contains("error[evidence-unfit]: the run is of another plan", "other.json");
        assertThat(collected.exitCode()).isEqualTo(4);
        assertThat(collect(desk, List.of(plan(desk))).err())
                .contains("evidence is not made of lockkeeper/plan-file/v1");
        assertThat(collect(desk, List.of(file(desk, "lockkeeper.yaml"))).err())
                .contains("this is not what a command of Lockkeeper prints as JSON");
    }

    @Test
    void approvals_are_taken_from_the_record_when_their_files_are_gone(Desk desk) throws IOException {
        whole(desk);
        approved(desk);
        applied(desk);
        Files.delete(Path.of(plan(desk) + ".ben@example.com.sig"));
        collect(desk, List.of());
        assertThat(part(desk, "approvals/2.sig")).contains("BEGIN SSH SIGNATURE");
        Files.delete(Path.of(bundle(desk)));
        Desk.Outcome offline = collect(desk, List.of(file(desk, "run.json")), "--offline");
        assertThat(offline.err())
                .contains("error[evidence-unfit]", "the approval of ben@example.com, which is missing");
        assertThat(offline.exitCode()).isEqualTo(4);
    }

    @Test
    void approval_of_another_plan_that_lies_beside_is_left_out_and_told(Desk desk) throws IOException {
        whole(desk);
        make(desk);
        approve(desk, "anna");
        Files.delete(Path.of(plan(desk)));
        desk.write("migrations/V2__second.sql", "alter table first add note varchar;\n");
        make(desk);
        Desk.Outcome collected = collect(desk, List.of());
        assertThat(collected.err()).contains("note: left out, since it is no approval of this plan");
        assertThat(verify(desk).out()).contains("! approvals ");
    }

    @Test
    void who_was_in_the_way_of_a_run_is_in_its_report_and_on_the_page(Desk desk) throws Exception {
        whole(desk);
        desk.write(
                "lockkeeper.yaml",
                Files.readString(desk.folder().resolve("lockkeeper.yaml")) + "lock-timeout: 600ms\n");
        desk.execute("create table locked (id int)");
        desk.write("migrations/V2__second.sql", "insert into first values (7), (8);\ndrop table locked;\n")
                .write("migrations/U2__second.sql", "create table locked (id int);\n");
        approved(desk);
        CompletableFuture<Desk.Outcome> run;
        try (Connection holder = desk.session("begin; lock table locked in access share mode")) {
            run = CompletableFuture.supplyAsync(() -> applied(desk));
            Thread runner = new Thread(run::join);
            runner.start();
            String waiting = "from pg_locks where not granted and relation = 'locked'::regclass";
            desk.await(runner, "select exists (select " + waiting + " and waitstart is not null)");
            String first = desk.rows("select max(waitstart) " + waiting).get(0);
            // a later wait is that of the next attempt
            desk.await(runner, "select exists (select " + waiting + " and waitstart > '" + first + "')");
            release(holder);
            assertThat(run.join().exitCode()).isZero();
        }
        String report = Files.readString(desk.folder().resolve("run.json"));
        assertThat(report).containsPattern("\"attempts\":[2-9]");
        assertThat(report)
                .as("what was given up at each attempt does not count")
                .contains("\"rows\":2")
                .contains("\"blockedBy\":[\"process ", "(" + desk.variables().get("PGUSER") + ", psql)");
        collect(desk, List.of(file(desk, "run.json")));
        assertThat(part(desk, "index.html")).contains("waited for process ", "got its locks at attempt ");
    }

    private static void release(Connection holder) throws SQLException {
        try (var statement = holder.createStatement()) {
            statement.execute("rollback");
        }
    }

    @Test
    void rows_that_production_changed_are_beside_those_of_the_rehearsal(Desk desk) throws IOException {
        whole(desk);
        desk.write(
                        "migrations/V2__second.sql",
                        "alter table first add note text;\nupdate first set note = 'new' where note is null;\n")
                .write("migrations/V3__third.sql", "insert into first values (30), (31) returning id;\n")
                .write("migrations/U3__third.sql", "delete from first where id in (30, 31);\n")
                .write("migrations/V4__fourth.sql", "delete from first where id = 3;\n")
                .write("migrations/U4__fourth.sql", "insert into first values (3);\n")
                .write("rows.sql", "insert into first values (3);\n");
        desk.execute("create table first (id int primary key); insert into first select generate_series(1000, 1099);");
        desk.write("migrations/V1__first.sql", "create table if not exists first (id int primary key);\n");
        List<String> files =
                List.of(kept(desk, "rehearsal.json", "rehearse", "--data", file(desk, "rows.sql"), "--after", "1"));
        approved(desk);
        Desk.Outcome applied = applied(desk);
        assertThat(applied.err()).contains("applied 2 in ", " ms, 100 rows", " ms, 2 rows");
        assertThat(Files.readString(Path.of(file(desk, "run.json"))))
                .contains("\"resumed\":false,\"rows\":100,", "\"resumed\":false,\"rows\":2,", "\"rows\":0,");
        collect(desk, files);
        assertThat(part(desk, "outcome.json")).contains("\"rows\":100", "\"rows\":2", "\"rows\":0");
        assertThat(part(desk, "index.html"))
                .contains(
                        "<div>changed 100 rows</div>",
                        "<div>changed 2 rows</div>",
                        "<div>changed no rows, unlike the rehearsal, which changed 1 row</div>");
    }

    @Test
    void rows_of_a_step_that_took_two_runs_are_those_of_both_where_the_record_was_asked(Desk desk) throws IOException {
        String table = "\"we\"\"ird 'b' \uD83D\uDE00" + "x".repeat(40) + "\"";
        whole(desk);
        desk.execute("create table " + table + " (id int); insert into " + table + " values (1), (1)");
        desk.write(
                        "migrations/V2__second.sql",
                        "insert into " + table + " values (2), (3), (4);\ncreate unique index concurrently u on "
                                + table + " (id);\ninsert into " + table + " values (5), (6) returning id;\n")
                .write("migrations/U2__second.sql", "delete from " + table + " where id > 1;\ndrop index u;\n");
        approved(desk);
        assertThat(desk.run("apply", "--plan", plan(desk), "--report", file(desk, "first.json"))
                        .exitCode())
                .isEqualTo(7);
        desk.execute("delete from " + table + " where id = 1");
        assertThat(desk.run("repair", "2", "--as", "retry", "--reason", "fixed", "--database", Guarded.url(desk))
                        .err())
                .isEmpty();
        assertThat(applied(desk).exitCode()).isZero();
        assertThat(Files.readString(Path.of(file(desk, "run.json")))).contains("\"resumed\":true,\"rows\":2,");
        List<String> runs = List.of(file(desk, "first.json"), file(desk, "run.json"));
        collect(desk, runs);
        assertThat(part(desk, "outcome.json")).contains("\"rows\":5");
        assertThat(part(desk, "index.html")).contains("<div>changed 5 rows</div>");
        Files.delete(Path.of(bundle(desk)));
        collect(desk, runs, "--offline");
        assertThat(part(desk, "index.html"))
                .contains("<div>changed 2 rows in the run that finished it; what runs before it changed is not known<");
    }

    @Test
    void report_is_written_when_the_run_fails_and_is_tried_before_it_begins(Desk desk) throws IOException {
        desk.project().second("creat table oops;\n");
        Desk.Outcome refused = desk.run("apply", "--report", file(desk, "nowhere/run.json"));
        assertThat(refused.err()).contains("error[file-unreadable]: the report cannot be written");
        assertThat(desk.rows("select to_regclass('first')::text")).containsExactly("null");
        assertThat(desk.run("apply", "--report", file(desk, "run.json")).exitCode())
                .isEqualTo(7);
        String report = Files.readString(desk.folder().resolve("run.json"));
        JsonForms.check(report);
        assertThat(report).contains("\"version\":\"1\"", "\"code\":\"partly-applied\"");
    }

    @Test
    void rollback_that_was_planned_has_evidence_too(Desk desk) throws IOException {
        whole(desk);
        String rehearsal = kept(desk, "rehearsal.json", "rehearse");
        approved(desk);
        applied(desk);
        desk.write("migrations/U2__second.sql", "update first set id = id;\nalter table first drop column note;\n")
                .execute("insert into first values (1), (2)");
        String smoke = kept(desk, "smoke.json", "smoke");
        for (String name : List.of("plan.json", "plan.json.anna@example.com.sig", "plan.json.ben@example.com.sig")) {
            Files.delete(desk.folder().resolve(name));
        }
        make(desk, "--rollback");
        approve(desk, "anna");
        approve(desk, "ben");
        assertThat(desk.run("rollback", "--plan", plan(desk), "--yes", "--report", file(desk, "back.json"))
                        .exitCode())
                .isZero();
        Desk.Outcome collected = collect(desk, List.of(smoke, rehearsal, file(desk, "back.json")));
        assertThat(collected.err()).isEmpty();
        assertThat(collected.exitCode()).isZero();
        assertThat(part(desk, "index.html"))
                .contains("rolled back ", "rollback 1 script", "changed 2 rows", "not rehearsed")
                .doesNotContain("unlike");
        desk.write("allowed_signers", "");
        allow(desk, "anna");
        Files.delete(Path.of(bundle(desk)));
        assertThat(collect(desk, List.of(smoke)).exitCode()).isEqualTo(3);
    }

    @Test
    void emergency_is_on_the_page(Desk desk) throws IOException {
        guarded(desk, "    break-glass: allow");
        make(desk);
        assertThat(desk.run("apply", "--plan", plan(desk), "--break-glass", "orders fail since <03:10>")
                        .exitCode())
                .isZero();
        Desk.Outcome collected = collect(desk, List.of());
        assertThat(collected.err()).contains("in an emergency");
        assertThat(part(desk, "index.html")).contains("orders fail since &lt;03:10&gt;");
    }

    @Test
    void names_stay_names_and_a_login_that_may_only_look_suffices(Desk desk) throws IOException {
        String table = "\"we\"\"ird <script>&' \uD83D\uDE00 " + "x".repeat(30) + "\"";
        whole(desk).write("migrations/V1__a_<b>&_'.sql", "create table " + table + " (id int primary key);\n");
        Files.delete(desk.folder().resolve("migrations/V1__first.sql"));
        Files.delete(desk.folder().resolve("migrations/U1__first.sql"));
        desk.write("migrations/U1__a_<b>&_'.sql", "drop table " + table + ";\n")
                .write("migrations/V2__second.sql", "\ufeffalter table " + table + " add note text;\r\n")
                .write("migrations/U2__second.sql", "alter table " + table + " drop column note;\r\n");
        List<String> files = prepared(desk);
        approved(desk);
        assertThat(applied(desk).exitCode()).isZero();
        files.add(file(desk, "run.json"));
        desk.role("looker")
                .execute("grant usage on schema lockkeeper to looker; grant select on all tables in schema"
                        + " lockkeeper to looker; alter role looker set search_path = pg_temp, public; alter role looker set"
                        + " default_transaction_read_only = on");
        Desk.Outcome collected = collect(
                desk,
                files,
                "--database",
                Guarded.url(desk).replace(desk.variables().get("PGUSER") + "@", "looker@"));
        assertThat(collected.err()).isEmpty();
        assertThat(collected.exitCode()).isZero();
        assertThat(verify(desk).exitCode()).isZero();
        assertThat(part(desk, "index.html"))
                .contains(
                        "locks public.&quot;we&quot;&quot;ird &lt;script&gt;&amp;&#39; \uD83D\uDE00",
                        "a &lt;b&gt;&amp; &#39;")
                .doesNotContain("<script", "<b>");

        desk.execute("revoke select on lockkeeper.history from looker");
        Files.delete(Path.of(bundle(desk)));
        Desk.Outcome hidden = collect(
                desk,
                files,
                "--database",
                Guarded.url(desk).replace(desk.variables().get("PGUSER") + "@", "looker@"));
        assertThat(hidden.err()).contains("error[history-hidden]");
        assertThat(Path.of(bundle(desk))).doesNotExist();
    }

    @Test
    void record_of_another_database_is_not_taken_for_that_of_the_plan(Desk desk) {
        whole(desk);
        approved(desk);
        applied(desk);
        Desk.Outcome other =
                collect(desk, List.of(), "--database", Guarded.url(desk).replace("/" + desk.database(), "/postgres"));
        assertThat(other.err()).contains("error[plan-changed]", "the database is another one");
        assertThat(other.exitCode()).isEqualTo(4);
    }

    @Test
    void what_the_command_lacks_is_told(Desk desk) {
        whole(desk);
        assertThat(desk.run("evidence", "colect").err()).contains("did you mean collect?");
        assertThat(desk.run("evidence", "collect").err()).contains("--plan is missing");
        assertThat(desk.run("evidence", "verify").err()).contains("verify takes one bundle");
        assertThat(desk.run("evidence", "verify", file(desk, "none.zip")).exitCode())
                .isEqualTo(2);
        assertThat(desk.run("evidence", "verify", file(desk, "lockkeeper.yaml")).exitCode())
                .isEqualTo(4);
    }
}
