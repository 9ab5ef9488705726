package dev.lockkeeper.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Secret;
import dev.lockkeeper.project.Target;
import dev.lockkeeper.source.Script;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A proof on a server that others use. */
@Tag("PROOF-01")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OtherServerTest {
    private EmbeddedPostgres server;

    @BeforeAll
    void start() {
        server = EmbeddedPostgres.start();
        run("create role maker login superuser password 'm'");
        run("create role reader login password 'm'");
        run("create role other");
        run("create table public.postgres_has_this (id int)");
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private void run(String sql) {
        try (Session session = Session.open(Databases.of(server).target("postgres"), "test")) {
            session.alone(sql);
        }
    }

    private List<String> names(String sql) {
        try (Session session = Session.open(Databases.of(server).target("postgres"), "test")) {
            return session.query(sql).stream()
                    .map(row -> Objects.requireNonNull(row[0]))
                    .toList();
        }
    }

    private Target as(String user) {
        return new Target("127.0.0.1", server.port(), "postgres", user, new Secret("m"), Map.of());
    }

    private SmokeReport smoke(List<Script> prelude, String... scripts) {
        try (Databases databases = Databases.on(as("maker"))) {
            return new Smoke(databases, prelude).run(List.of(Histories.of(scripts)), null, proof -> {});
        }
    }

    private List<String> databases() {
        return names("select datname from pg_database order by 1");
    }

    @Test
    void a_history_is_proven_in_databases_that_are_dropped_afterwards() {
        List<String> before = databases();
        SmokeReport report = smoke(
                List.of(Script.of("prelude.sql", "create schema app")),
                "create table app.a (id int)",
                "drop table app.a",
                "create table app.b (id int)",
                "select 1");
        assertThat(report.stopped()).isNull();
        assertThat(report.migrations()).extracting(MigrationProof::proven).containsExactly(true, false);
        assertThat(report.serverVersion()).isEqualTo(server.version());
        assertThat(databases()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create role other_two",
                "do $$ begin create role other_two; end $$",
                "alter role other rename to another",
                "drop owned by other",
                "create database other_two",
                "alter database postgres set work_mem = '1MB'",
                "comment on database postgres is 'x'",
                "alter system set work_mem = '1MB'",
                "create tablespace t location '/tmp'",
                "select pg_create_physical_replication_slot('s')",
                "select pg_create_logical_replication_slot('s', 'pgoutput')",
                "create subscription s connection '' publication p with (connect = false)",
                "grant pg_monitor to other",
                "revoke pg_monitor from other",
                "grant set on parameter work_mem to other",
                "grant connect on database postgres to other",
                "revoke create on tablespace pg_default from other",
                "create server s foreign data wrapper postgres_fdw",
                "create extension postgres_fdw",
                "select dblink_connect('x')",
                "copy pg_class to '/tmp/x'",
                "copy pg_class to program 'cat'",
                "select pg_terminate_backend(1)"
            })
    void what_would_stay_on_the_server_is_refused_before_anything_runs(String statement) {
        List<String> before = databases();
        assertThatThrownBy(() ->
                        smoke(List.of(), "create table a (id int)", "drop table a", "select 1;\n" + statement, ""))
                .isInstanceOfSatisfying(LockkeeperException.class, e -> {
                    Problem problem = e.problems().get(0);
                    assertThat(problem.code()).isEqualTo(Code.SERVER_SHARED);
                    assertThat(String.valueOf(problem.place())).startsWith("2.up.sql:2:");
                });
        assertThat(databases()).isEqualTo(before);
    }

    @Test
    void a_prelude_may_set_the_server_up() {
        String prelude = "do $$ begin if to_regrole('staff') is null then create role staff; end if; end $$";
        SmokeReport report = smoke(
                List.of(Script.of("prelude.sql", prelude)),
                "create table a (id int); grant select on a to staff",
                "drop table a");
        assertThat(report.proven()).isTrue();
        assertThat(names("select rolname from pg_roles where rolname = 'staff'"))
                .hasSize(1);
        run("drop role staff");
    }

    @Test
    void a_word_in_a_comment_of_a_table_is_not_such_a_statement() {
        SmokeReport report = smoke(
                List.of(),
                "create table a (id int); comment on table a is 'before you create role x or alter database y';"
                        + " insert into a select 1",
                "drop table a");
        assertThat(report.proven()).isTrue();
    }

    @Test
    void what_no_text_tells_is_noticed_before_the_next_migration_and_nothing_of_others_is_taken_away() {
        SmokeReport report = smoke(
                List.of(),
                "do $$ begin execute 'create ' || 'role hidden'; end $$",
                "do $$ begin execute 'drop ' || 'role hidden'; end $$",
                "create table a (id int)",
                "drop table a");
        assertThat(Objects.requireNonNull(report.stopped()).code()).isEqualTo(Code.SERVER_SHARED);
        assertThat(names("select rolname from pg_roles where rolname in ('other', 'reader', 'maker') order by 1"))
                .containsExactly("maker", "other", "reader");
        assertThat(names("select relname from pg_class where relname = 'postgres_has_this'"))
                .hasSize(1);
        run("drop role if exists hidden");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'alter'||' role other set work_mem=9999'",
                "'grant pg_monitor'||' to other'",
                "'comment on'||' role other is ''x'''",
                "'alter'||' database postgres connection limit 90'",
                "'grant connect on'||' database postgres to other'",
                "'drop'||' role taken'"
            })
    void what_was_changed_all_the_same_is_told_by_name(String built) {
        run("create role taken");
        SmokeReport report =
                smoke(List.of(), "do $$ begin execute " + built + "; end $$", "select 1", "select 1", "select 1");
        Problem stopped = Objects.requireNonNull(report.stopped());
        assertThat(stopped.code()).isEqualTo(Code.SERVER_SHARED);
        assertThat(stopped.notes()).anyMatch(note -> note.startsWith("changed: "));
        assertThat(report.proven()).isFalse();
        run("alter role other reset work_mem");
        run("revoke pg_monitor from other");
        run("comment on role other is null");
        run("alter database postgres connection limit -1");
        run("revoke connect on database postgres from other");
        run("drop role if exists taken");
    }

    @Test
    void what_others_have_open_in_a_throw_away_database_does_not_keep_it_from_being_copied() {
        try (Databases databases = Databases.on(as("maker"))) {
            String made = databases.create();
            try (Session other = Session.open(databases.target(made), "monitor")) {
                assertThat(other.query("select 1")).hasSize(1);
                String copy = databases.copy(made);
                assertThat(databases()).contains(made, copy);
            }
        }
    }

    @Test
    void a_signal_drops_what_is_there_while_the_work_goes_on() {
        Databases databases = Databases.on(as("maker"));
        String made = databases.create();
        try (Session at = Session.open(databases.target(made), "work")) {
            assertThat(at.query("select 1")).hasSize(1);
            databases.abandon();
            assertThat(databases()).doesNotContain(made);
        }
        databases.close();
    }

    @Test
    void a_user_who_may_not_read_every_catalog_is_told_so() {
        assertThatThrownBy(() -> Databases.on(as("reader"))).isInstanceOfSatisfying(LockkeeperException.class, e -> {
            assertThat(e.problems().get(0).message()).isEqualTo("user reader is not a superuser of this server");
        });
    }

    @Test
    void what_a_killed_run_has_left_is_dropped_by_the_next_one_but_not_what_is_at_work_or_not_ours() {
        run("create database lockkeeper_smoke_0badcafe_1 owner maker");
        run("create database lockkeeper_smoke_0badbeef_1 owner other");
        run("create database lockkeeper_smoke_mine owner maker");
        try (Databases working = Databases.on(as("maker"))) {
            String kept = working.create();
            try (Databases next = Databases.on(as("maker"))) {
                assertThat(databases())
                        .contains(kept, "lockkeeper_smoke_0badbeef_1", "lockkeeper_smoke_mine")
                        .doesNotContain("lockkeeper_smoke_0badcafe_1");
                assertThat(next.version()).isEqualTo(server.version());
            }
        }
        run("drop database lockkeeper_smoke_0badbeef_1");
        run("drop database lockkeeper_smoke_mine");
    }
}
