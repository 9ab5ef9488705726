package dev.lockkeeper.cli;

import static dev.lockkeeper.cli.Guarded.apply;
import static dev.lockkeeper.cli.Guarded.approve;
import static dev.lockkeeper.cli.Guarded.approved;
import static dev.lockkeeper.cli.Guarded.guarded;
import static dev.lockkeeper.cli.Guarded.key;
import static dev.lockkeeper.cli.Guarded.make;
import static dev.lockkeeper.cli.Guarded.plan;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.Lockkeeper;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.gate.GateRecord;
import dev.lockkeeper.health.Examiner;
import dev.lockkeeper.health.HealthWriter;
import dev.lockkeeper.history.AuditedTable;
import dev.lockkeeper.history.DataRecord;
import dev.lockkeeper.history.HistoryTable;
import dev.lockkeeper.plan.Policy;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.project.Secret;
import dev.lockkeeper.project.Target;
import dev.lockkeeper.source.Convention;
import dev.lockkeeper.source.Folder;
import dev.lockkeeper.source.Tokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What becomes of the tables that keep approvals, emergencies, comments and what was done with data, when somebody has been at them. */
@ExtendWith(Desk.Extension.class)
@Tag("GOV-04")
class GateTablesTest {
    private static final HistoryTable RECORD = new HistoryTable("lockkeeper", "main");
    private static final List<String> TABLES =
            List.of("approval", "break_glass", "plan_comment", "retention", "erasure", "audit");

    private static Session session(Desk desk) {
        return Session.open(target(desk), "test");
    }

    private static Target target(Desk desk) {
        Map<String, String> variables = desk.variables();
        return new Target(
                "127.0.0.1",
                Integer.parseInt(desk.port()),
                desk.database(),
                String.valueOf(variables.get("PGUSER")),
                new Secret(String.valueOf(variables.get("PGPASSWORD"))),
                Map.of());
    }

    /** A record with a row in each of its tables. */
    private static void lived(Desk desk) {
        guarded(desk, "    break-glass: allow");
        make(desk);
        assertThat(comment(desk, "anna").exitCode()).isZero();
        assertThat(approve(desk, "ben", "--record").exitCode()).isZero();
        assertThat(apply(desk, "--break-glass", "orders fail").exitCode()).isZero();
        try (Session session = session(desk)) {
            DataRecord data = new DataRecord(RECORD);
            data.create(session);
            session.execute(data.kept(
                    AuditedTable.RETENTION,
                    Map.of(
                            "run", "gen_random_uuid()",
                            "component", "'main'",
                            "relation", "'first'",
                            "strategy", "'delete'",
                            "state", "'done'",
                            "cutoff", "now()",
                            "rules_sha256", "''"),
                    null));
            session.execute(data.kept(
                    AuditedTable.ERASURE,
                    Map.of(
                            "request", "gen_random_uuid()",
                            "event", "'requested'",
                            "subject", "'person'",
                            "person", "'h'",
                            "due_at", "now()"),
                    "asked"));
        }
        intact(desk);
    }

    private static Desk.Outcome comment(Desk desk, String name) {
        return desk.run(
                "plan", "comment", plan(desk), "-m", "Why?", "--step", "2", "--key", key(desk, name), "--record");
    }

    private static void intact(Desk desk) {
        Desk.Outcome verified = desk.run("audit", "verify", "--environment", "production");
        assertThat(verified.out() + verified.err()).contains("intact");
        assertThat(verified.exitCode()).isZero();
    }

    private static String unfit(Runnable work) {
        try {
            work.run();
        } catch (LockkeeperException e) {
            assertThat(e.problems())
                    .singleElement()
                    .satisfies(problem -> assertThat(problem.code().slug()).isEqualTo("history-unfit"));
            return e.problems().get(0).message() + "\n" + e.problems().get(0).help();
        }
        throw new AssertionError("it was taken");
    }

    @Test
    void trigger_of_each_table_that_was_altered_in_any_way_is_whole_after_what_the_help_says_was_typed(Desk desk) {
        lived(desk);
        try (Session session = session(desk)) {
            for (String table : TABLES) {
                String name = "lockkeeper." + table;
                String trigger = table + "_append_only";
                for (String tampering : List.of(
                        "drop trigger " + trigger + " on " + name,
                        "alter table " + name + " disable trigger " + trigger,
                        "alter table " + name + " enable trigger " + trigger,
                        "alter table " + name + " enable replica trigger " + trigger,
                        "create or replace trigger " + trigger + " before update on " + name
                                + " for each statement execute function lockkeeper.refuse_change()",
                        "create or replace trigger " + trigger + " before update or delete or truncate on " + name
                                + " for each statement when (false) execute function lockkeeper.refuse_change();"
                                + " alter table " + name + " enable always trigger " + trigger,
                        "create or replace function lockkeeper.refuse_change() returns trigger language plpgsql as"
                                + " 'begin return null; end'",
                        "drop function lockkeeper.refuse_change() cascade")) {
                    session.execute(tampering);
                    typed(session, unfit(() -> RECORD.requireGuards(session)));
                    RECORD.requireGuards(session);
                }
            }
            session.execute("drop trigger journal_done_once on lockkeeper.journal");
            typed(session, unfit(() -> RECORD.requireGuards(session)));
            // who writes next need not be a run
            assertThat(comment(desk, "ben").exitCode()).isZero();
        }
        intact(desk);
        assertThat(desk.rows("select layout from lockkeeper.about")).containsExactly("3");
    }

    /** Runs the statements that stand in a text. */
    private static void typed(Session session, String help) {
        var statements = Pattern.compile("(?:alter table|update) .*? (?:trigger \\w+|set layout = 2)(?=;|\n| has|$)")
                .matcher(help);
        assertThat(statements.results().map(one -> one.group()).toList())
                .as(help)
                .isNotEmpty()
                .allSatisfy(session::execute);
    }

    @Test
    void table_that_is_gone_or_emptied_while_the_chain_tells_of_its_rows_is_missed(Desk desk) {
        lived(desk);
        assertThat(desk.run(
                                "audit",
                                "archive",
                                "--before",
                                "2999-01-01",
                                "--reason",
                                "kept",
                                "--out",
                                desk.folder().resolve("audit.jsonl").toString(),
                                "--environment",
                                "production")
                        .err())
                .isEmpty();
        assertThat(desk.rows("select count(*) from lockkeeper.audit where action in ('approve', 'comment', 'apply')"))
                .containsExactly("0");
        GateRecord gate = new GateRecord(RECORD);
        String digest = desk.rows("select plan_digest from lockkeeper.approval").get(0);
        Map<String, Consumer<Session>> readers = Map.of(
                "approval",
                        session -> assertThat(gate.approvals(session, digest)).hasSize(1),
                "break_glass", session -> assertThat(gate.emergencies(session)).hasSize(1),
                "plan_comment",
                        session -> assertThat(gate.comments(session, digest)).hasSize(1),
                "retention", session -> read(session, AuditedTable.RETENTION),
                "erasure", session -> read(session, AuditedTable.ERASURE));
        try (Session session = session(desk)) {
            readers.forEach((table, reader) -> {
                reader.accept(session);
                String name = "lockkeeper." + table;
                String set = "alter table " + name + " disable trigger all; create table public.kept as table " + name
                        + "; delete from " + name + "; alter table " + name + " enable always trigger " + table
                        + "_append_only";
                session.execute("alter table " + name + " rename to elsewhere");
                assertThat(unfit(() -> reader.accept(session))).contains("the table " + name + " is gone");
                session.execute("alter table lockkeeper.elsewhere rename to " + table + ";" + set);
                assertThat(unfit(() -> reader.accept(session)))
                        .matches("(?s)row \\d+ of the table " + name + " is gone.*");
                session.execute("alter table " + name + " disable trigger all; insert into " + name
                        + " overriding system value select * from public.kept; drop table public.kept; alter table "
                        + name
                        + " enable always trigger " + table + "_append_only");
                reader.accept(session);
            });
        }
        intact(desk);
        desk.execute("delete from lockkeeper.history");
        assertThat(desk.run("status", "--environment", "production").err())
                .contains("the history of component main in schema lockkeeper is gone");
    }

    private static void read(Session session, AuditedTable table) {
        assertThat(new DataRecord(RECORD).read(session, table, "t.id", "")).hasSize(1);
    }

    @Test
    void history_that_is_gone_or_emptied_is_not_taken_for_that_of_a_new_database(Desk desk) {
        desk.project();
        assertThat(desk.run("apply").exitCode()).isZero();
        desk.execute("create table kept as table lockkeeper.history; delete from lockkeeper.history");
        for (String command : List.of("status", "plan", "apply", "health")) {
            Desk.Outcome outcome = desk.run(command);
            assertThat(outcome.out() + outcome.err())
                    .as(command)
                    .contains("the history of component main in schema lockkeeper is gone");
        }
        assertThat(desk.run("apply").exitCode()).isEqualTo(4);
    }

    @Test
    void table_of_the_record_that_is_gone_is_told_by_all_who_look(Desk desk) {
        desk.project();
        assertThat(desk.run("apply").exitCode()).isZero();
        desk.second("create table second (id int);\n");
        for (String table :
                List.of("about", "audit", "component", "failure", "history", "journal", "repeatable", "run")) {
            desk.execute("alter table lockkeeper." + table + " rename to elsewhere");
            boolean seldom = List.of("about", "run").contains(table);
            for (String command : seldom ? List.of("status", "apply", "health", "doctor") : List.of("health")) {
                Desk.Outcome outcome = desk.run(command);
                assertThat(outcome.out() + outcome.err())
                        .as(command + " without " + table)
                        .contains("Lockkeeper's record in schema lockkeeper is not whole");
                assertThat(outcome.exitCode()).as(command + " without " + table).isNotZero();
            }
            desk.execute("alter table lockkeeper.elsewhere rename to " + table);
        }
        desk.execute("alter table lockkeeper.audit disable trigger all");
        Desk.Outcome health = desk.run("health");
        assertThat(health.out())
                .contains("    what guards the record was altered: trigger audit_append_only on table audit");
        assertThat(health.exitCode()).isEqualTo(3);
        assertThat(desk.run("doctor").out()).contains("error[record-unfit]").doesNotContain("trigger-disabled");
    }

    @Test
    void history_that_has_moved_is_not_missed(Desk desk) {
        desk.project();
        assertThat(desk.run("apply").exitCode()).isZero();
        desk.write(
                "lockkeeper.yaml",
                "project: shop\ncomponents:\n  shop: {migrations: migrations, convention: flyway}\n");
        assertThat(desk.run("repair", "--move-from", "main", "--component", "shop", "--reason", "renamed")
                        .exitCode())
                .isZero();
        assertThat(desk.run("status", "--check").exitCode()).isZero();
        desk.write(
                "lockkeeper.yaml",
                "project: shop\ncomponents:\n  shop: {migrations: migrations, convention: flyway}\n  main: {migrations:"
                        + " others, convention: flyway}\n");
        desk.write("others/V1__other.sql", "create table other (id int);\n")
                .write("others/U1__other.sql", "drop table other;\n");
        assertThat(desk.run("apply").exitCode()).isZero();
        assertThat(desk.run("audit", "verify").exitCode()).isZero();
    }

    private static void removePlan(Desk desk) {
        try (Stream<Path> files = Files.list(desk.folder())) {
            for (Path file : files.filter(one -> one.getFileName().toString().startsWith("plan.json"))
                    .toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void emergency_whose_table_is_gone_keeps_the_next_run_back(Desk desk) {
        lived(desk);
        desk.write("migrations/V3__third.sql", "create table third (id int);\n")
                .write("migrations/U3__third.sql", "drop table third;\n");
        removePlan(desk);
        approved(desk);
        desk.execute("drop table lockkeeper.break_glass");
        Desk.Outcome run = apply(desk);
        assertThat(run.err()).contains("error[history-unfit]: the table lockkeeper.break_glass is gone");
        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(desk.applied()).isEqualTo(2);
        Desk.Outcome collected = desk.run(
                "evidence",
                "collect",
                "--plan",
                plan(desk),
                "--out",
                desk.folder().resolve("e.zip").toString());
        assertThat(collected.err()).contains("lockkeeper.break_glass is gone");
        assertThat(collected.exitCode()).isEqualTo(4);
    }

    @Test
    @Tag("OPS-02")
    void emergency_that_is_owed_approvals_is_told_by_health_and_status_until_it_is_not(Desk desk) {
        lived(desk);
        Desk.Outcome health = desk.run("health", "--environment", "production");
        assertThat(health.out())
                .contains(": healthy\n    warning: an emergency of 2", " still needs one approval\n", "All 1 healthy.");
        assertThat(health.exitCode()).isZero();
        Desk.Outcome json = desk.run("health", "--environment", "production", "--output", "json");
        assertThat(json.out())
                .contains("\"healthy\":true", "\"warnings\":[\"an emergency of 2", "\"openEmergencies\":1")
                .doesNotContain("orders fail");
        Desk.Outcome status = desk.run("status", "--environment", "production");
        assertThat(status.err()).contains("warning[approval-missing]: an emergency of 2", "still needs one approval");
        assertThat(status.err().split("warning", -1)).hasSize(2);
        assertThat(metrics(desk)).contains("lockkeeper_open_emergencies{component=\"main\"} 1\n");

        desk.role("looks");
        desk.execute(
                "grant usage on schema lockkeeper to looks; grant select on all tables in schema lockkeeper to looks;"
                        + " revoke select on lockkeeper.break_glass from looks");
        String looks = "postgresql://looks@127.0.0.1:" + desk.port() + "/" + desk.database();
        Desk.Outcome hidden = desk.run("health", "--database", looks, "--output", "json");
        assertThat(hidden.out())
                .contains("\"healthy\":true", "open emergencies are not known: ", "\"openEmergencies\":null");
        assertThat(desk.run("status", "--database", looks).err()).contains("warning[history-hidden]");

        assertThat(approve(desk, "anna", "--record").exitCode()).isZero();
        assertThat(desk.run("health", "--environment", "production").out()).doesNotContain("warning");
        assertThat(desk.run("status", "--environment", "production").err()).isEmpty();
        assertThat(metrics(desk)).contains("lockkeeper_open_emergencies{component=\"main\"} 0\n");

        desk.execute("drop table lockkeeper.break_glass");
        Desk.Outcome gone = desk.run("health", "--environment", "production");
        assertThat(gone.out()).contains(": not healthy\n    the table lockkeeper.break_glass is gone");
        assertThat(gone.exitCode()).isEqualTo(3);
        assertThat(metrics(desk)).doesNotContain("open_emergencies");
    }

    private static String metrics(Desk desk) {
        Lockkeeper component = Lockkeeper.of(
                new Folder("main", desk.folder().resolve("migrations"), Convention.FLYWAY, Tokens.none()),
                target(desk),
                "lockkeeper",
                Policy.strict());
        try (Examiner examiner = new Examiner(List.of(component), address -> null, Clock.systemUTC())) {
            return HealthWriter.metrics(examiner.look(), Instant.now());
        }
    }

    @Test
    @Tag("OPS-06")
    void doctor_tells_what_somebody_has_done_to_the_record_and_changes_nothing_of_it(Desk desk) {
        lived(desk);
        assertThat(approve(desk, "anna", "--record").exitCode()).isZero();
        assertThat(doctor(desk)).doesNotContain("record-unfit", "emergency-open", "the record and its guards");
        desk.execute("alter table lockkeeper.approval disable trigger all; create table public.kept as table"
                + " lockkeeper.approval; delete from lockkeeper.approval");
        assertThat(doctor(desk))
                .contains(
                        "error[record-unfit]: what guards the record was altered: trigger approval_append_only on table approval:"
                                + " it is disabled",
                        "alter table \"lockkeeper\".approval enable always trigger approval_append_only",
                        "error[record-unfit]: row 1 of the table lockkeeper.approval is gone");
        assertThat(desk.rows("select tgenabled from pg_trigger where tgname = 'approval_append_only'"))
                .containsExactly("D");
        desk.execute("update lockkeeper.about set layout = 2");
        doctor(desk);
        assertThat(desk.rows("select layout from lockkeeper.about")).containsExactly("2");
    }

    private static String doctor(Desk desk) {
        return desk.run("doctor", "--environment", "production").out();
    }

    @Test
    @Tag("OPS-02")
    void lock_on_the_record_is_told_with_who_holds_it_instead_of_waiting_for_it(Desk desk) throws Exception {
        desk.project();
        assertThat(desk.run("apply").exitCode()).isZero();
        desk.role("looks");
        desk.execute(
                "grant usage on schema lockkeeper to looks; grant select on all tables in schema lockkeeper to looks");
        try (Session holder = session(desk)) {
            holder.execute("set application_name = 'night job'");
            holder.execute("begin");
            holder.execute("lock table lockkeeper.history");
            String login = desk.variables().get("PGUSER");
            Desk.Outcome health = desk.run("health");
            assertThat(health.out())
                    .containsPattern("somebody holds a lock on the record or on the catalog: session \\d+ of " + login
                            + " \\(night job\\) holds lockkeeper.history, in a transaction since [0-9:]+ UTC")
                    .containsPattern(
                            "    help: wait for it, or end the session: select pg_terminate_backend\\(\\d+\\)\n");
            assertThat(health.exitCode()).isEqualTo(5);
            Desk.Outcome plain = desk.run(
                    "health", "--database", "postgresql://looks@127.0.0.1:" + desk.port() + "/" + desk.database());
            assertThat(plain.out()).containsPattern("session \\d+ of " + login + ".* holds lockkeeper.history");
            assertThat(desk.run("doctor").out())
                    .containsPattern(
                            "\\? not looked at: the record and its guards: somebody holds a lock on the catalog or on a"
                                    + " table: session \\d+ of " + login + " \\(night job\\) holds lockkeeper.history");
            holder.execute("rollback");
        }
        assertThat(desk.run("health").exitCode()).isZero();
    }

    @Test
    @Tag("OPS-02")
    void health_names_the_statements_that_let_a_login_look(Desk desk) {
        desk.project();
        assertThat(desk.run("apply").exitCode()).isZero();
        String role = "lo\"oks 🙂";
        desk.execute("create role \"lo\"\"oks 🙂\" login password 'x'");
        String owner = String.valueOf(desk.variables().put("PGUSER", role));
        String password = String.valueOf(desk.variables().put("PGPASSWORD", "x"));
        Desk.Outcome refused = desk.run("health");
        assertThat(refused.exitCode()).isEqualTo(5);
        var help = Pattern.compile("    help: (grant .*)").matcher(refused.out());
        assertThat(help.find()).as(refused.out()).isTrue();
        desk.execute(help.group(1));
        assertThat(desk.run("health").exitCode()).isZero();
        desk.variables().put("PGUSER", owner);
        desk.variables().put("PGPASSWORD", password);
        desk.execute("drop owned by \"lo\"\"oks 🙂\"; drop role \"lo\"\"oks 🙂\"");
    }
}
