package dev.lockkeeper.cli;

import static dev.lockkeeper.cli.Guarded.MAKER;
import static dev.lockkeeper.cli.Guarded.allow;
import static dev.lockkeeper.cli.Guarded.apply;
import static dev.lockkeeper.cli.Guarded.approve;
import static dev.lockkeeper.cli.Guarded.approved;
import static dev.lockkeeper.cli.Guarded.digest;
import static dev.lockkeeper.cli.Guarded.guarded;
import static dev.lockkeeper.cli.Guarded.key;
import static dev.lockkeeper.cli.Guarded.keygen;
import static dev.lockkeeper.cli.Guarded.make;
import static dev.lockkeeper.cli.Guarded.plan;
import static dev.lockkeeper.cli.Guarded.program;
import static dev.lockkeeper.cli.Guarded.publicKey;
import static dev.lockkeeper.cli.Guarded.url;
import static dev.lockkeeper.cli.Guarded.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Desk.Extension.class)
class GateCommandsTest {
    private static List<String> applied(Desk desk) {
        return desk.rows(
                "select case when to_regclass('lockkeeper.history') is null then null else (xpath('//v/text()',"
                        + " query_to_xml('select string_agg(version, '','' order by id) v from lockkeeper.history where state ="
                        + " ''applied''', true, true, '')))[1]::text end");
    }

    private static void refused(Desk desk, Desk.Outcome outcome, String... told) {
        assertThat(outcome.err()).contains(told);
        assertThat(outcome.exitCode()).isEqualTo(4);
        assertThat(applied(desk)).containsExactly("null");
    }

    @Test
    @Tag("GOV-01")
    void a_plan_that_two_persons_have_approved_runs_under_its_digest_and_runs_once(Desk desk) throws IOException {
        guarded(desk);
        approved(desk);
        Desk.Outcome run = apply(desk, "--output", "json");
        assertThat(run.err()).contains("[2/2] 2", "applied 2");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("\"approvers\":[\"anna@example.com\",\"ben@example.com\"],\"emergency\":null");
        String digest = digest(desk);
        assertThat(desk.rows("select distinct plan_digest from lockkeeper.history"))
                .containsExactly(digest);
        assertThat(desk.rows("select plan_digest || principal || maker from lockkeeper.approval order by id"))
                .containsExactly(digest + "anna@example.com" + MAKER, digest + "ben@example.com" + MAKER);

        assertThat(apply(desk).out()).contains("nothing to do");

        assertThat(desk.run("rollback", "--environment", "local", "--yes").exitCode())
                .isEqualTo(4);
        yaml(desk, "    approvals: 0");
        assertThat(desk.run("rollback", "--yes").exitCode()).isZero();
        yaml(desk, "    approvals: 2");
        Desk.Outcome again = apply(desk);
        assertThat(again.err()).contains("error[plan-changed]: the plan was carried out, and taken back since");
        assertThat(again.exitCode()).isEqualTo(4);
    }

    @Test
    void ssh_keygen_verifies_the_file_that_approve_writes(Desk desk) throws Exception {
        guarded(desk);
        make(desk);
        Desk.Outcome given = approve(desk, "anna", "--output", "json");
        assertThat(given.exitCode()).isZero();
        assertThat(given.out()).contains("\"principal\":\"anna@example.com\"", "plan.json.anna@example.com.sig");
        Process verify = new ProcessBuilder(
                        "ssh-keygen",
                        "-Y",
                        "verify",
                        "-f",
                        "allowed_signers",
                        "-I",
                        "anna@example.com",
                        "-n",
                        "lockkeeper-plan",
                        "-s",
                        "plan.json.anna@example.com.sig")
                .directory(desk.folder().toFile())
                .start();
        try (var in = verify.getOutputStream()) {
            in.write((digest(desk) + "\n").getBytes(StandardCharsets.UTF_8));
        }
        assertThat(verify.waitFor()).isZero();
    }

    @Test
    void what_ssh_keygen_has_signed_counts_as_well(Desk desk) throws IOException {
        guarded(desk);
        make(desk);
        desk.write("plan.json.digest", digest(desk) + "\n");
        for (String name : List.of("anna", "ben")) {
            assertThat(keygen(desk, "-Y", "sign", "-f", name, "-n", "lockkeeper-plan", "plan.json.digest"))
                    .isZero();
            Files.move(
                    desk.folder().resolve("plan.json.digest.sig"), desk.folder().resolve("plan.json." + name + ".sig"));
        }
        assertThat(apply(desk).exitCode()).isZero();
    }

    @Test
    void without_enough_approvals_nothing_runs_and_each_that_does_not_count_is_told(Desk desk) {
        guarded(desk);
        refused(
                desk,
                desk.run("apply", "--environment", "production"),
                "error[plan-needed]",
                "lockkeeper plan --environment");
        make(desk);
        refused(
                desk,
                apply(desk),
                "error[approval-missing]: environment production demands 2 approvals, and the plan has none");
        approve(desk, "anna");
        refused(desk, apply(desk), "and the plan has 1, of anna@example.com");
        // the same text under another name is the same person
        desk.write("plan.json.ben@example.com.sig", signature(desk, "anna"));
        refused(desk, apply(desk), "and the plan has 1, of anna@example.com");
    }

    private static String signature(Desk desk, String name) {
        try {
            return Files.readString(desk.folder().resolve("plan.json." + name + "@example.com.sig"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void a_self_made_approval_is_refused_when_it_is_given_and_when_it_is_forged(Desk desk) throws IOException {
        guarded(desk);
        make(desk);
        Desk.Outcome own = approve(desk, "maker");
        refused(desk, own, "error[approval-refused]", "maker@example.com has made the plan or committed its scripts");
        assertThat(own.err()).contains("kept: nothing; no signature was written");
        assertThat(desk.folder().resolve("plan.json.maker@example.com.sig")).doesNotExist();
        refused(desk, approve(desk, "mallory"), "error[approval-refused]", "was removed, or was never there");

        approve(desk, "anna");
        desk.write("d", digest(desk) + "\n");
        keygen(desk, "-Y", "sign", "-f", "maker", "-n", "lockkeeper-plan", "d");
        Files.move(desk.folder().resolve("d.sig"), desk.folder().resolve("plan.json.x.sig"));
        refused(desk, apply(desk), "does not count: ", "maker@example.com has made the plan");
    }

    @Test
    void a_signer_who_was_removed_expired_or_revoked_afterwards_does_not_count(Desk desk) {
        guarded(desk);
        approved(desk);
        allow(desk, "anna");
        refused(desk, apply(desk), "its key is not in ", "was removed, or was never there");
        desk.write(
                "allowed_signers",
                "anna@example.com " + publicKey(desk, "anna") + "ben@example.com valid-before=\"20200101Z\" "
                        + publicKey(desk, "ben"));
        refused(desk, apply(desk), "its key has expired at 2020-01-01T00:00:00Z");
        allow(desk, "anna", "ben");
        desk.write("revoked_keys", publicKey(desk, "ben"));
        refused(desk, apply(desk), "its key is revoked (");
        desk.write("revoked_keys", "");
        assertThat(apply(desk).exitCode()).isZero();
    }

    @Test
    void an_approval_of_another_plan_is_refused(Desk desk) throws IOException {
        guarded(desk);
        approved(desk);
        Files.delete(Path.of(plan(desk)));
        make(desk, "--valid", "2h");
        refused(desk, apply(desk), "the signature is not of this plan: it was given for another one");
    }

    @Test
    @Tag("GOV-01")
    void whatever_has_changed_since_is_told_by_name_and_nothing_runs(Desk desk) {
        guarded(desk);
        approved(desk);

        desk.second("create table second (id bigint primary key);\n");
        refused(
                desk,
                apply(desk),
                "error[plan-changed]: component main: the script of 2 was edited: ",
                "V2__second.sql");
        desk.second("create table second (id int primary key);\n");

        desk.write("migrations/V3__third.sql", "select 1;\n").write("migrations/U3__third.sql", "select 1;\n");
        refused(desk, apply(desk), "component main: 3 would run now, and is not in the plan");
        desk.execute("select 1");
        delete(
                desk,
                "migrations/V3__third.sql",
                "migrations/U3__third.sql",
                "migrations/V2__second.sql",
                "migrations/U2__second.sql");
        refused(desk, apply(desk), "component main: 2 is in the plan, and would not run now");
        desk.second("create table second (id int primary key);\n");

        refused(desk, apply(desk, "--set", "flavor=sour"), "component main: the token flavor has another value");
        assertThat(apply(desk).exitCode()).isZero();
    }

    private static void delete(Desk desk, String... names) {
        for (String name : names) {
            try {
                Files.delete(desk.folder().resolve(name));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Test
    void a_plan_for_another_database_or_another_history_is_refused(Desk desk) {
        guarded(desk);
        approved(desk);
        desk.execute("create database " + desk.database() + "_other");
        try {
            String other = url(desk) + "_other";
            Desk.Outcome elsewhere = apply(desk, "--database", other);
            refused(
                    desk,
                    elsewhere,
                    "component main: the database is another one",
                    "the OID of the database is",
                    "is called");
            refused(
                    desk,
                    apply(desk, "--environment", "local", "--database", other),
                    "the plan is for environment production, and this is local");
        } finally {
            desk.execute("drop database " + desk.database() + "_other");
        }
        desk.write("migrations/V0.5__early.sql", "create table early (id int);\n")
                .write("migrations/U0.5__early.sql", "drop table early;\n");
        yaml(desk, "    approvals: 0");
        assertThat(desk.run("apply", "--to", "0.5").exitCode()).isZero();
        yaml(desk, "    approvals: 2");
        Desk.Outcome later = apply(desk);
        assertThat(later.err())
                .contains("component main: the history of the database has changed since the plan was made");
        assertThat(later.exitCode()).isEqualTo(4);
        assertThat(applied(desk)).containsExactly("0.5");
    }

    @Test
    void a_plan_that_was_altered_cut_off_or_has_expired_is_refused(Desk desk) throws IOException {
        guarded(desk);
        make(desk, "--valid", "1ms");
        String text = Files.readString(Path.of(plan(desk)));
        approve(desk, "anna");
        approve(desk, "ben");
        refused(desk, apply(desk), "error[plan-expired]: the plan has expired at ", "the clock of the server shows");
        desk.write("plan.json", text.replace(MAKER, "other@example.com"));
        refused(desk, apply(desk), "error[plan-altered]: the plan was altered after it was written", "plan.json");
        desk.write("plan.json", text.substring(0, text.length() / 2));
        Desk.Outcome cut = apply(desk);
        assertThat(cut.err()).contains("error[plan-file]: the plan cannot be read: ", "plan.json:");
        assertThat(cut.exitCode()).isEqualTo(2);
        refusedUsage(approve(desk, "anna"), "error[plan-file]");
    }

    private static void refusedUsage(Desk.Outcome outcome, String... told) {
        assertThat(outcome.err()).contains(told);
        assertThat(outcome.exitCode()).isEqualTo(2);
    }

    @Test
    void who_has_committed_the_scripts_cannot_approve_the_plan(Desk desk) {
        guarded(desk);
        for (String[] command : new String[][] {
            {"init", "-q"},
            {"add", "."},
            {"-c", "user.name=x", "-c", "user.email=Anna@example.com", "commit", "-qm", "x"}
        }) {
            assertThat(program(desk, "git", command)).isZero();
        }
        make(desk);
        assertThat(approve(desk, "ben").exitCode()).isZero();
        refused(desk, approve(desk, "anna"), "anna@example.com has made the plan or committed its scripts");
    }

    @Test
    void an_interrupted_plan_goes_on_with_the_same_command(Desk desk) {
        guarded(desk);
        desk.second("select 1 / (select count(*) from pg_class where relname = 'switch');\n");
        approved(desk);
        Desk.Outcome half = apply(desk);
        assertThat(half.exitCode()).isEqualTo(7);
        assertThat(applied(desk)).containsExactly("1");
        desk.execute("create table switch ()");
        assertThat(desk.run("repair", "2", "--as", "retry", "--reason", "the switch is there")
                        .exitCode())
                .isZero();
        assertThat(apply(desk).err()).contains("[1/1] 2", "applied 2");
        assertThat(applied(desk)).containsExactly("1,2");
    }

    @Test
    void a_rollback_is_planned_approved_and_run_once(Desk desk) {
        guarded(desk, "    break-glass: allow");
        approved(desk);
        assertThat(apply(desk).exitCode()).isZero();
        String back = desk.folder().resolve("back.json").toString();
        assertThat(desk.run("plan", "--rollback", "--environment", "production", "--out", back, "--as", MAKER)
                        .exitCode())
                .isZero();
        for (String name : List.of("anna", "ben")) {
            assertThat(desk.run("approve", back, "--key", key(desk, name)).exitCode())
                    .isZero();
        }
        refusedUsage(desk.run("apply", "--plan", back), "error[usage]: the plan is for rollback");
        assertThat(desk.run("rollback", "--plan", back).out()).contains("1 migration rolled back.");
        assertThat(applied(desk)).containsExactly("1");
        assertThat(desk.run("rollback", "--plan", back).out()).contains("nothing to do");
        assertThat(applied(desk)).containsExactly("1");
    }

    @Test
    void an_emergency_is_loud_and_kept_and_told_until_two_persons_have_looked_at_it(Desk desk) {
        guarded(desk, "    break-glass: allow");
        make(desk);
        refusedUsage(apply(desk, "--break-glass", " "), "--break-glass needs a reason");
        refusedUsage(desk.run("apply", "--break-glass", "x"), "--break-glass needs a plan file");
        Desk.Outcome broken = apply(desk, "--break-glass", "orders fail");
        assertThat(broken.err()).contains("EMERGENCY: main in environment production goes without", "orders fail");
        assertThat(broken.exitCode()).isZero();
        assertThat(desk.rows("select reason || maker from lockkeeper.break_glass"))
                .containsExactly("orders fail" + MAKER);
        assertThat(desk.run("doctor", "--environment", "production").out())
                .contains("warning[emergency-open]: an emergency of ", "still needs 2 approvals", "orders fail");

        desk.write("migrations/V3__third.sql", "select 1;\n").write("migrations/U3__third.sql", "select 1;\n");
        String next = desk.folder().resolve("next.json").toString();
        desk.run("plan", "--environment", "production", "--out", next, "--as", MAKER);
        desk.run("approve", next, "--key", key(desk, "anna"));
        desk.run("approve", next, "--key", key(desk, "ben"));
        assertThat(approve(desk, "anna", "--record").exitCode()).isZero();
        Desk.Outcome ordinary = desk.run("apply", "--plan", next);
        assertThat(ordinary.err())
                .contains("warning[approval-missing]: an emergency of ", "still needs one approval", "orders fail");
        assertThat(ordinary.exitCode()).isZero();

        assertThat(approve(desk, "ben", "--record").exitCode()).isZero();
        assertThat(desk.run("doctor", "--environment", "production").out()).doesNotContain("emergency-open");
        desk.write("migrations/V4__more.sql", "select 1;\n").write("migrations/U4__more.sql", "select 1;\n");
        yaml(desk, "    windows:", "      - {from: \"00:00\", to: \"00:00\", zone: UTC}");
        Desk.Outcome quiet = desk.run("apply", "--environment", "production");
        assertThat(quiet.err()).doesNotContain("emergency");
        assertThat(quiet.exitCode()).isZero();
    }

    @Test
    void where_no_emergency_is_allowed_a_reason_opens_nothing(Desk desk) {
        guarded(desk);
        make(desk);
        refused(
                desk,
                apply(desk, "--break-glass", "hurry"),
                "error[environment-closed]: environment production knows no emergency");
    }

    @Test
    void the_record_takes_no_second_approval_of_a_person_none_of_the_maker_and_no_change(Desk desk) {
        guarded(desk);
        make(desk);
        assertThat(approve(desk, "anna", "--record").exitCode()).isZero();
        refused(
                desk,
                approve(desk, "anna", "--record"),
                "error[approval-refused]: anna@example.com has approved this plan already");
        String copy =
                "insert into lockkeeper.approval (plan_digest, environment, principal, key, maker, authors, signature)"
                        + " select plan_digest, environment, %s, %s, maker, array['w@x'], signature from lockkeeper.approval";
        assertThat(failure(desk, copy.formatted("'ANNA@example.com'", "'k2'"))).contains("approval_principal_key");
        assertThat(failure(desk, copy.formatted("'other@x'", "key"))).contains("approval_key_key");
        assertThat(failure(desk, copy.formatted("'Maker@Example.com'", "'k2'"))).contains("approval_of_another_check");
        assertThat(failure(desk, copy.formatted("'W@x'", "'k2'"))).contains("approval_of_another_check");
        for (String change : List.of(
                "update lockkeeper.approval set principal = 'x'",
                "delete from lockkeeper.approval",
                "truncate lockkeeper.approval")) {
            assertThat(failure(desk, change)).contains("rows are only ever added");
        }
        // a row that somebody forges counts for nothing
        desk.execute(copy.formatted("'ben@example.com'", "'k3'"));
        refused(desk, apply(desk), "and the plan has 1, of anna@example.com");
    }

    private static String failure(Desk desk, String sql) {
        try {
            desk.execute(sql);
            return "none";
        } catch (IllegalStateException e) {
            return String.valueOf(e.getMessage());
        }
    }

    @Test
    void two_persons_who_approve_at_once_are_both_kept(Desk desk) throws InterruptedException {
        guarded(desk);
        make(desk);
        List<Thread> threads = new ArrayList<>();
        for (String name : List.of("anna", "ben")) {
            threads.add(new Thread(() -> approve(desk, name, "--record")));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(desk.rows("select principal from lockkeeper.approval order by 1"))
                .containsExactly("anna@example.com", "ben@example.com");
        assertThat(apply(desk).exitCode()).isZero();
    }

    @Test
    void an_address_does_not_go_around_the_rules_of_its_environment(Desk desk) {
        guarded(desk);
        refused(
                desk,
                desk.run("apply"),
                "note: this is the database of environment production, and the rules of that hold",
                "error[plan-needed]");
        refused(desk, desk.run("apply", "--database", url(desk)), "error[plan-needed]");
    }

    /** Rules without an address, of a database that the variables name. */
    private static void addressless(Desk desk) {
        desk.project()
                .write(
                        "lockkeeper.yaml",
                        "project: shop\nmigrations: migrations\nconvention: flyway\nseeds: {s: {files: s.sql}}\n"
                                + "environments:\n  local: {}\n  production:\n    windows: [{from: '00:00', to: '00:00', zone: UTC}]\n")
                .write("s.sql", "select 1;\n");
    }

    @Test
    void leaving_the_environment_out_does_not_go_around_rules_that_were_kept_before(Desk desk) {
        addressless(desk);
        assertThat(desk.run("apply", "--environment", "production").exitCode()).isZero();
        desk.second("create table second (id int);\n");
        String plan = desk.folder().resolve("plan.json").toString();
        assertThat(desk.run("plan", "--out", plan, "--as", MAKER).exitCode()).isZero();
        for (String[] command : new String[][] {
            {"apply"},
            {"apply", "--database", url(desk)},
            {"apply", "--plan", plan},
            {"rollback", "--yes"},
            {"repair", "1", "--as", "edited", "--reason", "r"},
            {"seed", "s"}
        }) {
            Desk.Outcome outcome = desk.run(command);
            assertThat(outcome.err())
                    .as(String.join(" ", command))
                    .contains(
                            "error[environment-unnamed]: this is the database of environment production",
                            "say --environment production; or, if this is a copy, --environment local");
            assertThat(outcome.exitCode()).isEqualTo(4);
        }
        assertThat(desk.applied()).isEqualTo(1);
        assertThat(desk.run("status").exitCode()).isZero();
        assertThat(desk.run("apply", "--plan", plan, "--environment", "local").exitCode())
                .isZero();
        assertThat(desk.run("rollback", "--environment", "production", "--yes").exitCode())
                .isZero();
    }

    @Test
    void the_variable_names_the_environment_where_the_command_line_does_not(Desk desk) {
        addressless(desk);
        desk.variables().put("LOCKKEEPER_ENVIRONMENT", "production");
        assertThat(desk.run("apply").exitCode()).isZero();
        assertThat(desk.rows("select payload::json ->> 'environment' from lockkeeper.audit where action = 'apply'"))
                .containsExactly("production");
        desk.second("create table second (id int);\n");
        desk.write("migrations/U2__second.sql", "drop table second;\n");
        assertThat(desk.run("apply", "--environment", "local").exitCode()).isZero();
        // of a throw-away server it says nothing
        assertThat(desk.run("smoke", "--project", desk.folder().toString()).err())
                .doesNotContain("production");
        desk.variables().put("LOCKKEEPER_ENVIRONMENT", "prodution");
        for (String command : List.of("smoke", "rehearse", "lint")) {
            Desk.Outcome unasked = desk.run(command, "--project", desk.folder().toString());
            assertThat(unasked.exitCode()).as(command + unasked.err()).isZero();
        }
        Desk.Outcome unknown = desk.run("status");
        assertThat(unknown.exitCode()).isEqualTo(2);
        assertThat(unknown.err()).contains("prodution", "did you mean production?");
    }

    @Test
    @Tag("GOV-03")
    void no_window_that_is_open_no_run_and_the_next_one_is_told(Desk desk) {
        yaml(
                desk.project(),
                "    windows:",
                "      - {days: [mon], from: \"00:00\", to: \"00:01\", zone: Pacific/Kiritimati}");
        desk.execute("select 1");
        Desk.Outcome shut = desk.run("apply", "--environment", "production");
        // on one minute of a week this window is open
        if (shut.exitCode() != 0) {
            refused(
                    desk,
                    shut,
                    "error[window-closed]: no maintenance window of environment production is open",
                    "mon 00:00-00:01 Pacific/Kiritimati",
                    "T00:00+14:00 on");
        }
        yaml(desk, "    windows:", "      - {from: \"00:00\", to: \"24:00\", zone: Europe/Berlin}");
        assertThat(desk.run("apply", "--environment", "production").exitCode()).isZero();
    }

    @Test
    @Tag("GOV-03")
    void an_environment_can_be_closed_to_a_project(Desk desk) {
        yaml(desk.project(), "", "staging-only: true");
        refused(
                desk,
                desk.run("apply", "--environment", "production"),
                "error[environment-closed]: the project says staging-only");
        yaml(desk, "    kind: staging", "staging-only: true");
        assertThat(desk.run("plan", "--environment", "production").exitCode()).isZero();
        yaml(desk, "", "assertions:", "  no-production-write: true", "  x: {}");
        refusedUsage(
                desk.run("apply", "--environment", "production"), "error[project-file]", "x must be a single value");
        yaml(desk, "", "assertions:", "  no-production-write: true");
        refused(desk, desk.run("apply", "--environment", "production"), "the project says no-production-write");
        desk.write(
                "lockkeeper.yaml",
                "project: shop\nmigrations: migrations\nconvention: flyway\nstaging-only: true\nenvironments:\n  blue:\n"
                        + "    url: " + url(desk) + "\n");
        refused(
                desk,
                desk.run("apply", "--environment", "blue"),
                "it is not said what environment blue is",
                "kind: staging");
        assertThat(desk.run("apply").exitCode()).isZero();
    }

    @Test
    @Tag("GOV-03")
    void a_database_is_named_before_it_is_changed_where_the_environment_wants_it(Desk desk) {
        yaml(desk.project(), "    confirm: named");
        refused(
                desk,
                desk.run("apply", "--environment", "production"),
                "error[unconfirmed]",
                "add --confirm " + desk.database());
        refused(
                desk,
                desk.run("apply", "--environment", "production", "--confirm", "shop"),
                "error[unconfirmed]: what was named is not the database",
                "it is " + desk.database() + ", and shop was named");
        yaml(desk, "    confirm: typed");
        refused(
                desk,
                desk.run("apply", "--environment", "production", "--confirm", desk.database()),
                "error[unconfirmed]",
                "confirm: typed wants a person");
        Properties terminal = new Properties();
        desk.variables().put("NO_COLOR", "1");
        terminal.setProperty("lockkeeper.terminals", "2");
        List<String> typed = List.of(
                "apply",
                "--environment",
                "production",
                "--project",
                desk.folder().toString());
        refused(desk, typing("yes\n", desk, terminal, typed), "Type the name of its database: ", "error[unconfirmed]");
        assertThat(typing(desk.database() + "\n", desk, terminal, typed).exitCode())
                .isZero();
        assertThat(applied(desk)).containsExactly("1");
    }

    @Test
    @Tag("GOV-03")
    void yes_counts_only_where_no_person_is_wanted(Desk desk) {
        yaml(desk.project(), "    confirm: named");
        desk.run("apply", "--environment", "production", "--confirm", desk.database());
        desk.execute("insert into first values (1)");
        yaml(desk, "    confirm: typed");
        List<String> back = List.of("rollback", "--environment", "production", "--yes");
        Desk.Outcome outcome = desk.run(back.toArray(String[]::new));
        assertThat(outcome.err()).contains("error[rollback-unconfirmed]");
        assertThat(outcome.exitCode()).isEqualTo(4);
        yaml(desk, "    confirm: named");
        List<String> named = new ArrayList<>(back);
        named.addAll(List.of("--confirm", desk.database()));
        assertThat(desk.run(named.toArray(String[]::new)).exitCode()).isZero();
    }

    private static Desk.Outcome typing(String text, Desk desk, Properties properties, List<String> arguments) {
        java.io.InputStream before = System.in;
        System.setIn(new java.io.ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        try {
            return desk.run(properties, arguments);
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void a_project_that_wants_a_person_takes_nothing_that_nobody_has_approved(Desk desk) {
        guarded(desk);
        yaml(desk, "", "assertions:", "  requires-human-approval: true");
        refused(
                desk,
                desk.run("apply", "--environment", "production"),
                "it demands an approval, and an approval is of a plan file");
        make(desk);
        approve(desk, "anna");
        assertThat(apply(desk).exitCode()).isZero();
    }

    @Test
    void a_plan_holds_no_value_of_a_token(Desk desk) throws IOException {
        guarded(desk);
        make(desk, "--set", "flavor=hunter2-secret");
        assertThat(Files.readString(Path.of(plan(desk)))).contains("\"flavor\"").doesNotContain("hunter2");
        JsonForms.check(Files.readString(Path.of(plan(desk))));
    }

    @Test
    void status_names_the_command_that_goes_on_in_the_environment(Desk desk) {
        guarded(desk);
        assertThat(desk.run("status", "--environment", "production").out())
                .contains("2 pending. Next: lockkeeper plan --environment production --out plan.json\n");
        yaml(desk, "    confirm: named");
        assertThat(desk.run("status", "--environment", "production").out())
                .contains("2 pending. Next: lockkeeper apply --environment production\n");
        assertThat(desk.run("status").out()).contains("2 pending. Next: lockkeeper apply\n");
    }
}
