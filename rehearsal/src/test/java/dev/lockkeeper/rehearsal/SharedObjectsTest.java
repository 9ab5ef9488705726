package dev.lockkeeper.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.source.Migrations;
import dev.lockkeeper.source.Script;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Histories that make, change and drop what the databases of a server share: they are proven, and nothing of it leaks. */
@Tag("PROOF-01")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SharedObjectsTest {
    private EmbeddedPostgres server;

    @BeforeAll
    void start() {
        server = EmbeddedPostgres.start();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    /** Runs a history, and makes sure that the server is as it was. */
    private SmokeReport smoke(String prelude, Migrations... components) {
        Set<String> before = shared();
        SmokeReport report = new Smoke(Databases.of(server), List.of(Script.of("prelude.sql", prelude)))
                .run(List.of(components), null, p -> {});
        assertThat(shared()).isEqualTo(before);
        return report;
    }

    private Set<String> shared() {
        try (Session session = Session.over(server.connect("postgres"))) {
            Set<String> all = new TreeSet<>(new Rehearsal(Databases.of(server)).undo(session));
            session.query("select datname from pg_catalog.pg_database").forEach(row -> all.add(Arrays.toString(row)));
            return all;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void proven(String prelude, String... scripts) {
        SmokeReport report = smoke(prelude, Histories.of(scripts));
        assertThat(report.stopped()).isNull();
        assertThat(report.migrations()).allMatch(MigrationProof::proven).hasSize(scripts.length / 2);
        assertThat(report.chains()).allMatch(ChainProof::proven).hasSize(1);
    }

    @Test
    void a_role_that_a_later_migration_drops_is_proven() {
        proven(
                "",
                "create role a; create table t (id int); grant select on t to a",
                "drop table t; drop role a",
                "revoke select on t from a; drop role a",
                "create role a; grant select on t to a",
                "create table u (id int)",
                "drop table u");
    }

    @Test
    void a_role_of_the_prelude_that_has_grants_can_be_dropped() {
        proven(
                "create role a; grant usage on schema public to a",
                "create table t (id int)",
                "drop table t",
                "do $$ begin execute 'drop owned by a'; drop role a; end $$",
                "create role a; grant usage on schema public to a",
                "alter table t add n int",
                "alter table t drop n");
    }

    @Test
    void a_role_that_only_a_function_drops_is_seen_to_be_gone() {
        proven(
                "create role a; create function away(r text) returns void language plpgsql as"
                        + " $$ begin execute 'drop ' || 'role ' || r; end $$",
                "create table t (id int); grant select on t to a",
                "drop table t",
                "revoke select on t from a; select away('a')",
                "create role a; grant select on t to a",
                "create table u (id int)",
                "drop table u");
    }

    @Test
    void a_role_that_is_renamed_and_a_setting_of_it_are_proven() {
        proven(
                "create role a",
                "alter role a rename to b",
                "alter role b rename to a",
                "alter role b set work_mem = '8MB'; create role c in role b; grant set on parameter work_mem to c",
                "revoke all on parameter work_mem from c; drop role c; alter role b reset work_mem");
    }

    @Test
    void a_database_that_is_made_changed_and_dropped_is_proven() {
        proven(
                "",
                "create database shop",
                "drop database shop",
                "create role a; alter database shop owner to a",
                "alter database shop owner to current_user; drop role a",
                "create table u (id int)",
                "drop table u",
                "drop database shop",
                "create database shop owner a",
                "create table v (id int)",
                "drop table v");
    }

    @Test
    void a_down_that_leaves_a_role_or_a_database_is_told_and_the_next_migrations_go_on() {
        SmokeReport report = smoke(
                "create role a",
                Histories.of(
                        "drop role a",
                        "select 1",
                        "create table t (id int)",
                        "drop table t",
                        "create database shop",
                        "select 1",
                        "create table u (id int)",
                        "drop table u"));
        assertThat(report.stopped()).isNull();
        assertThat(report.migrations())
                .extracting(MigrationProof::verdict)
                .containsExactly(Verdict.DIFFERS, Verdict.RESTORES, Verdict.DIFFERS, Verdict.RESTORES);
    }

    @Test
    void the_prelude_of_each_component_finds_the_server_as_the_first_one_did() {
        SmokeReport report = smoke(
                "create role a; alter role a set work_mem = '3MB'",
                Histories.of("create role b in role a; create table t (id int)", "drop table t; drop role b"),
                Histories.of("create role b; create table t (id int)", "drop table t; drop role b"),
                Histories.of("alter system set work_mem = '9MB'", "alter system reset work_mem"));
        assertThat(report.proven()).isTrue();
    }

    @Test
    void a_subscription_of_the_prelude_is_in_every_copy() {
        proven(
                "create subscription s connection 'host=localhost dbname=nowhere' publication p with (connect = false,"
                        + " slot_name = none)",
                "alter subscription s rename to other",
                "alter subscription other rename to s",
                "alter subscription other set publication q with (refresh = false)",
                "alter subscription other set publication p with (refresh = false)");
    }

    @Test
    void a_setting_of_the_database_in_the_prelude_holds_in_every_copy() {
        proven(
                "do $$ begin execute format('alter database %I set search_path = app', current_database()); end $$;"
                        + " create schema app",
                "create table t (id int)", "drop table app.t");
    }
}
