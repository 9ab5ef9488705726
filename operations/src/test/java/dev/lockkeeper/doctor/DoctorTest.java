package dev.lockkeeper.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockkeeper.PgBouncer;
import dev.lockkeeper.project.PoolDeclaration;
import dev.lockkeeper.project.PoolProfile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the doctor says of servers that are well, and of servers that are not. */
@Tag("OPS-06")
class DoctorTest {
    private static final PoolDeclaration WEB = pool("web", PoolProfile.SERVERLESS, 2, null);

    private static PoolDeclaration pool(String name, PoolProfile profile, int instances, @Nullable Integer behind) {
        return new PoolDeclaration(
                name, profile, profile.max(), profile.idle(), profile.connect(), instances, behind, null);
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 18})
    void a_sound_server_has_no_finding(int version) throws Exception {
        try (Bed bed = new Bed(version)) {
            String database = bed.server.createDatabase();
            sound(bed, database);

            Examination seen = bed.examine(bed.target(database), List.of(WEB), List.of(), Clock.systemUTC());

            assertThat(seen.findings()).isEmpty();
            assertThat(seen.unseen()).isEmpty();
            assertThat(seen.facts())
                    .containsEntry("pooler", "none")
                    .containsKeys("server", "clock", "connections", "pools", "free disk");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 18})
    void a_plain_role_sees_no_finding_on_a_sound_server_and_is_told_what_it_could_not_see(int version)
            throws Exception {
        try (Bed bed = new Bed(version)) {
            String database = bed.server.createDatabase();
            sound(bed, database);
            String login = plain(bed, database);
            // somebody else is there whose doings are hidden
            bed.connect(database).createStatement().execute("select 1");

            Examination seen = bed.examine(
                    Bed.target(database, login, "secret", bed.server.port()),
                    List.of(WEB),
                    List.of(),
                    Clock.systemUTC());

            assertThat(seen.findings()).isEmpty();
            assertThat(seen.unseen())
                    .extracting(Unseen::what)
                    .containsExactlyInAnyOrder("1 sessions of other roles", "free disk");
            assertThat(seen.unseen())
                    .extracting(Unseen::why)
                    .contains("run: grant pg_read_all_stats to \"de\"\"ploy 🙂\";");
        }
    }

    /** A schema as a project leaves it, and rows with their statistics. */
    private static void sound(Bed bed, String database) throws Exception {
        bed.run(
                database,
                "create schema lockkeeper; create schema app",
                "create table lockkeeper.history (id int); create table lockkeeper.audit (id int)",
                "create table app.t (id int primary key, n int check (n > 0), r int references app.t)",
                "create table app.p (id int, at date, primary key (id, at)) partition by range (at);"
                        + "create table app.p1 partition of app.p for values from ('2026-01-01') to ('2027-01-01')",
                "insert into app.t select g, g, null from generate_series(1, 2000) g",
                "analyze");
    }

    /** A login as managed servers have it: it may do what the project needs, and is nobody else. */
    private static String plain(Bed bed, String database) throws Exception {
        String login = "de\"ploy 🙂";
        bed.run(
                database,
                "create role \"de\"\"ploy 🙂\" login password 'secret'",
                "grant all on schema lockkeeper, app to \"de\"\"ploy 🙂\"",
                "alter table app.t owner to \"de\"\"ploy 🙂\"; alter table app.p owner to \"de\"\"ploy 🙂\"; alter table app.p1"
                        + " owner to \"de\"\"ploy 🙂\"",
                "grant all on all tables in schema lockkeeper to \"de\"\"ploy 🙂\"");
        return login;
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 18})
    @Tag("PM-10")
    void each_of_many_faults_is_found_and_nothing_else_also_behind_a_pooler(int version, @TempDir Path folder)
            throws Exception {
        try (Bed bed = new Bed(version, "off")) {
            String database = bed.server.createDatabase();
            sound(bed, database);
            String login = plain(bed, database);
            String role = "\"de\"\"ploy 🙂\"";
            bed.run(
                    database,
                    "grant pg_read_all_stats to " + role,
                    // 1, 2: privileges and owners
                    "revoke insert on lockkeeper.audit from " + role + "; revoke truncate on app.t from " + role,
                    "create role owner_of_more; create table app.\"Fremd\"\" é\" (id int); alter table app.\"Fremd\"\" é\" owner"
                            + " to owner_of_more; create function app.f() returns int language sql as 'select 1'; alter function"
                            + " app.f() owner to owner_of_more",
                    // 3 to 6: settings
                    "alter role " + role + " set default_transaction_read_only = on",
                    "alter database " + database + " set session_replication_role = replica",
                    "alter role " + role + " in database " + database
                            + " set idle_in_transaction_session_timeout = '1s'",
                    // 7, 8: connections
                    "alter role " + role + " connection limit 12",
                    // 9 to 12: objects
                    "create unique index \"half done\" on app.t (n); update pg_index set indisvalid = false where indexrelid ="
                            + " 'app.\"half done\"'::regclass",
                    "alter table app.t add constraint \"C\" check (n < 9000) not valid",
                    "create domain app.d as int; alter domain app.d add constraint positive check (value > 0) not valid",
                    "create function app.g() returns trigger language plpgsql as 'begin return new; end'; create trigger \"Tr\""
                            + " before insert on app.t execute function app.g(); alter table app.t disable trigger \"Tr\"",
                    "alter function app.g() owner to " + role,
                    "alter domain app.d owner to " + role,
                    // 13: a slot
                    "select pg_create_logical_replication_slot('nobody', 'pgoutput')",
                    // 14: a collation
                    "update pg_database set datcollversion = '0.1' where datname = current_database() and datcollversion is not"
                            + " null",
                    // 15: statistics
                    "create table app.big (id int); alter table app.big owner to " + role,
                    "insert into app.big select generate_series(1, 5000)");
            // 16: a transaction that was prepared; 17: one that does nothing; 18: one that goes on
            bed.run(database, "begin; create table app.x (id int); prepare transaction 'it''s prepared'");
            Connection idle = bed.connect(database);
            idle.createStatement().execute("begin; select 1");
            Connection busy = bed.connect(database);
            Thread sleeper = new Thread(() -> {
                try {
                    busy.createStatement().execute("select pg_sleep(600)");
                } catch (SQLException e) {
                    // the test has ended
                }
            });
            sleeper.start();
            Connection look = bed.connect("postgres");
            await().until(() -> look.createStatement()
                    .executeQuery(
                            "select 1 from pg_stat_activity where query like '%pg_sleep(600)%' and pid <> pg_backend_pid()")
                    .next());
            // 19: rows that are old
            bed.run(database, """
                    do $$ begin for i in 1..6000 loop perform pg_current_xact_id(); commit; end loop; end $$""");
            // 20: a clock that is apart
            Clock wrong = Clock.offset(Clock.systemUTC(), Duration.ofSeconds(-10));

            List<PoolDeclaration> pools = List.of(
                    pool("web", PoolProfile.PRODUCTION, 2, null),
                    new PoolDeclaration(
                            "edge", PoolProfile.SERVERLESS, 9, Duration.ZERO, Duration.ofSeconds(3), 1, null, null));
            List<Need> needs = List.of(Need.table("retain", "app", "t", "TRUNCATE"));

            // 21: more than the server has; 22: a function that keeps too much
            Examination seen =
                    bed.examine(Bed.target(database, login, "secret", bed.server.port()), pools, needs, wrong);

            List<String> expected = new ArrayList<>(List.of(
                    "autovacuum-off autovacuum",
                    "clock-skew ",
                    "connections-short max_connections",
                    "connections-short role " + role,
                    "constraint-unvalidated \"C\"",
                    "constraint-unvalidated positive",
                    "durability-off fsync",
                    "index-invalid app.\"half done\"",
                    "owner-foreign schema \"app\"",
                    "pool-unfit edge",
                    "privilege-missing \"app\".\"t\"",
                    "privilege-missing \"lockkeeper\".\"audit\"",
                    "read-only default_transaction_read_only",
                    "replication-role session_replication_role",
                    "slot-inactive nobody",
                    "table-unanalyzed app.big",
                    "time-limit idle_in_transaction_session_timeout",
                    "transaction-idle session N of " + bed.server.user() + " (PostgreSQL JDBC Driver)",
                    "transaction-long session N of " + bed.server.user() + " (PostgreSQL JDBC Driver)",
                    "transaction-prepared it's prepared",
                    "trigger-disabled app.t",
                    "wraparound database \"" + database + "\""));
            if (version == 18) {
                // before, a database of the locale C has no version of a collation
                expected.add("collation-changed database \"" + database + "\"");
            }
            assertThat(seen.findings())
                    .extracting(
                            one -> one.symptom().slug() + " " + one.subject().replaceFirst("session \\d+", "session N"))
                    .containsExactlyInAnyOrderElementsOf(expected);

            if (PgBouncer.isInstalled()) {
                expected.add("pooler-transaction ");
                try (PgBouncer pooler = new PgBouncer(bed.server, folder, "transaction", 3, Map.of(login, "secret"))) {
                    Examination through =
                            bed.examine(Bed.target(database, login, "secret", pooler.port()), pools, needs, wrong);
                    assertThat(through.findings().stream()
                                    // transactions of our own that the pooler has still to end
                                    .filter(one -> !one.subject().contains("lockkeeper doctor")))
                            .extracting(one -> one.symptom().slug() + " "
                                    + one.subject().replaceFirst("session \\d+", "session N"))
                            .containsExactlyInAnyOrderElementsOf(expected);
                }
            }
        }
    }

    @Test
    @Tag("PM-10")
    void behind_a_pooler_that_lends_sessions_all_is_seen_and_the_mode_is_told(@TempDir Path folder) throws Exception {
        assumeTrue(PgBouncer.isInstalled(), "pgbouncer is missing: apt-get install pgbouncer");
        try (Bed bed = new Bed(18)) {
            String database = bed.server.createDatabase();
            sound(bed, database);
            // what asks for the mode of a pooler leaves transactions for the pooler to end
            bed.limits = Limits.usual(Duration.ofMinutes(1));
            for (String mode : List.of("transaction", "session", "statement")) {
                try (PgBouncer pooler = new PgBouncer(bed.server, folder, mode, 5)) {
                    Examination seen = bed.examine(
                            Bed.target(database, bed.server.user(), bed.server.password(), pooler.port()),
                            // a thousand functions share what the pooler keeps
                            List.of(pool("edge", PoolProfile.SERVERLESS, 1_000, 20)),
                            List.of(),
                            Clock.systemUTC());

                    assertThat(seen.findings())
                            .extracting(Finding::symptom)
                            .isEqualTo(
                                    switch (mode) {
                                        case "session" -> List.of();
                                        case "transaction" -> List.of(Symptom.POOLER_TRANSACTION);
                                        default -> List.of(Symptom.POOLER_STATEMENT);
                                    });
                    assertThat(seen.facts().get("pools"))
                            .isEqualTo(
                                    "20 of edge (serverless, 1000 x 5 behind a pooler with 20) and 3 of a run are 23");
                }
            }
        }
    }

    @Test
    @Tag("PM-10")
    void the_profiles_are_what_the_platforms_ask_for() {
        assertThat(PoolProfile.SERVERLESS.max()).isEqualTo(5);
        assertThat(PoolProfile.SERVERLESS.idle()).isEqualTo(Duration.ofSeconds(30));
        assertThat(PoolProfile.SERVERLESS.connect()).isEqualTo(Duration.ofSeconds(3));
        assertThat(PoolProfile.values())
                .extracting(PoolProfile::word)
                .containsExactly("dev", "preview", "staging", "production", "serverless");
    }

    @Test
    void the_way_over_a_network_is_judged_by_what_the_address_demands() {
        assertThat(transport("prefer", false)).containsExactly(Symptom.TLS_OFF);
        assertThat(transport("disable", false)).containsExactly(Symptom.TLS_OFF);
        assertThat(transport("prefer", true)).containsExactly(Symptom.TLS_UNVERIFIED);
        assertThat(transport("require", true)).containsExactly(Symptom.TLS_UNVERIFIED);
        assertThat(transport("verify-full", true)).isEmpty();
        // the pooler's own way to the server says nothing of ours to the pooler
        Chart chart = new Chart();
        Transport.judge("prefer", false, null, chart);
        assertThat(chart.close("").unseen()).hasSize(1);
    }

    private static List<Symptom> transport(String mode, boolean encrypted) {
        Chart chart = new Chart();
        Transport.judge(mode, false, encrypted, chart);
        return chart.close("").findings().stream().map(Finding::symptom).toList();
    }

    @Test
    void each_code_is_explained_in_the_manual() throws Exception {
        String page = Files.readString(Path.of("../docs/operate/doctor.md"));
        for (Symptom symptom : Symptom.values()) {
            assertThat(page)
                    .contains(
                            "| `" + symptom.slug() + "` | " + symptom.severity().word() + " | ");
        }
    }

    @Test
    void objects_of_all_kinds_are_named_so_that_the_statements_run_and_cure_them() throws Exception {
        try (Bed bed = new Bed(18)) {
            String database = bed.server.createDatabase();
            sound(bed, database);
            String longest = "ÄÖÜ\"'$; drop -- 🙂".repeat(2) + "x".repeat(15);
            String name = "\"" + longest.replace("\"", "\"\"") + "\"";
            bed.run(
                    database,
                    "create schema " + name + "; create table " + name + "." + name
                            + " (id int, n int) partition by list (id)",
                    "create table " + name + ".p partition of " + name + "." + name + " for values in (1)",
                    "alter table " + name + "." + name + " add constraint " + name + " check (n > 0) not valid",
                    "create table " + name + ".parent (id int primary key)",
                    "create table " + name + ".child (id int, r int)",
                    "alter table " + name + ".child add constraint fk foreign key (r) references " + name
                            + ".parent not valid; alter table " + name + ".child disable trigger all",
                    "create table " + name + ".meant (n int, constraint off check (n > 0) not enforced)",
                    "create unique index \"U ü\" on " + name
                            + ".child (id); update pg_index set indisvalid = false where"
                            + " indexrelid::regclass::text like '%.\"U ü\"'",
                    "create rule \"R\" as on insert to " + name + ".meant do also notify x; alter table " + name
                            + ".meant disable rule \"R\"",
                    "create index only_parent on only " + name + "." + name + " (id)",
                    "create index gone_ccnew on " + name
                            + ".child (id); update pg_index set indisvalid = false where indexrelid::regclass"
                            + "::text like '%gone_ccnew'");

            Examination seen = bed.examine(bed.target(database), List.of(), List.of(), Clock.systemUTC());

            assertThat(seen.findings())
                    .extracting(
                            one -> one.symptom().slug() + " " + one.subject().replace(name, "NAME"))
                    .containsExactlyInAnyOrder(
                            "index-invalid NAME.only_parent",
                            "index-invalid NAME.gone_ccnew",
                            "index-invalid NAME.\"U ü\"",
                            "trigger-disabled NAME.meant",
                            "constraint-unvalidated NAME",
                            "constraint-unvalidated fk",
                            "trigger-disabled NAME.child");
            for (Finding finding : seen.findings()) {
                bed.run(database, finding.statements().toArray(String[]::new));
            }
            assertThat(seen.findings())
                    .filteredOn(one -> one.subject().equals(name + ".\"U ü\""))
                    .singleElement()
                    .satisfies(one -> {
                        assertThat(one.help()).startsWith("look for rows that have the same values");
                        assertThat(one.statements()).containsExactly("drop index concurrently " + one.subject() + ";");
                    });
            bed.run(
                    database,
                    "alter table " + name + ".meant enable replica rule \"R\"",
                    "create function f() returns trigger language plpgsql as 'begin return new; end'",
                    "create trigger seldom before insert on " + name + ".meant execute function f(); alter table "
                            + name + ".meant enable replica trigger seldom");
            assertThat(bed.examine(bed.target(database), List.of(), List.of(), Clock.systemUTC())
                            .findings())
                    .extracting(Finding::what)
                    .contains(
                            "the rule \"R\" of " + name + ".meant acts in sessions of a replica alone",
                            "the trigger seldom of " + name + ".meant acts in sessions of a replica alone");
            bed.run(
                    database,
                    "alter table " + name + ".meant enable rule \"R\"; alter table " + name
                            + ".meant enable trigger seldom",
                    "create index on " + name + ".p (id)",
                    "alter index " + name + ".only_parent attach partition " + name + ".p_id_idx");
            assertThat(bed.examine(bed.target(database), List.of(), List.of(), Clock.systemUTC())
                            .findings())
                    .isEmpty();
        }
    }

    @Test
    void fixes_make_nobody_a_superuser_and_weaken_no_trigger() throws Exception {
        try (Bed bed = new Bed(18)) {
            String database = bed.server.createDatabase();
            bed.run(
                    database,
                    "create schema app; create table app.a (id int primary key); create table app.b (id int references app.a)",
                    "create function app.f() returns trigger language plpgsql as 'begin return new; end'",
                    "create trigger guard before insert on app.b execute function app.f()",
                    "alter table app.b enable always trigger guard; alter table app.b disable trigger all",
                    "create role watcher login password 'secret'; grant usage on schema app to watcher");
            List<Finding> seen = bed.examine(
                            Bed.target(database, "watcher", "secret", bed.server.port()),
                            List.of(),
                            List.of(),
                            Clock.systemUTC())
                    .findings();
            assertThat(seen)
                    .filteredOn(one -> one.symptom() == Symptom.OWNER_FOREIGN)
                    .isNotEmpty()
                    .allSatisfy(one -> assertThat(one.statements()).isEmpty())
                    .allSatisfy(one -> assertThat(one.help()).contains("a superuser, give them"));
            assertThat(seen)
                    .filteredOn(one -> one.symptom() == Symptom.TRIGGER_DISABLED
                            && one.what().contains("guard"))
                    .singleElement()
                    .satisfies(one -> assertThat(one.statements()).isEmpty());
            List<String> keys = seen.stream()
                    .filter(one -> one.symptom() == Symptom.TRIGGER_DISABLED
                            && one.what().contains("foreign keys"))
                    .flatMap(one -> one.statements().stream())
                    .toList();
            assertThat(keys).isNotEmpty().allMatch(one -> one.contains("\"RI_ConstraintTrigger_"));
            bed.run(database, "alter table app.b enable always trigger guard");
            bed.run(database, keys.toArray(String[]::new));
            assertThat(bed.examine(bed.target(database), List.of(), List.of(), Clock.systemUTC())
                            .findings())
                    .extracting(Finding::symptom)
                    .doesNotContain(Symptom.TRIGGER_DISABLED);
        }
    }

    @Test
    void index_that_another_role_builds_now_is_not_taken_for_left_behind() throws Exception {
        try (Bed bed = new Bed(18)) {
            String database = bed.server.createDatabase();
            sound(bed, database);
            String login = plain(bed, database);
            Connection reader = bed.connect(database);
            reader.createStatement().execute("begin; lock table app.t in row exclusive mode");
            Connection builder = bed.connect(database);
            Thread build = new Thread(() -> {
                try {
                    builder.createStatement().execute("create index concurrently slow on app.t (n)");
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            build.start();
            Connection look = bed.connect(database);
            await().until(() -> look.createStatement()
                    .executeQuery("select 1 from pg_stat_progress_create_index")
                    .next());

            Examination plain = bed.examine(
                    Bed.target(database, login, "secret", bed.server.port()), List.of(), List.of(), Clock.systemUTC());

            assertThat(plain.findings()).extracting(Finding::symptom).doesNotContain(Symptom.INDEX_INVALID);
            assertThat(plain.unseen()).extracting(Unseen::what).contains("indexes that are not valid");
            assertThat(bed.examine(bed.target(database), List.of(), List.of(), Clock.systemUTC())
                            .findings())
                    .extracting(Finding::symptom)
                    .doesNotContain(Symptom.INDEX_INVALID);
            reader.createStatement().execute("rollback");
            build.join();
        }
    }
}
