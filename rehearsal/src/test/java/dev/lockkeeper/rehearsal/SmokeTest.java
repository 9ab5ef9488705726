package dev.lockkeeper.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.report.Json;
import dev.lockkeeper.report.Style;
import dev.lockkeeper.source.Folder;
import dev.lockkeeper.source.Migrations;
import dev.lockkeeper.source.Script;
import dev.lockkeeper.source.Tokens;
import dev.lockkeeper.source.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@Tag("PROOF-01")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SmokeTest {
    private EmbeddedPostgres server;

    @BeforeAll
    void start() {
        server = EmbeddedPostgres.start();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private SmokeReport smoke(@Nullable Version to, List<Script> prelude, Migrations... components) {
        return new Smoke(Databases.of(server), prelude).run(List.of(components), to, proof -> {});
    }

    private SmokeReport smoke(String... scripts) {
        return smoke(null, List.of(), Histories.of(scripts));
    }

    @Test
    void a_history_whose_downs_restore_is_proven() {
        SmokeReport report =
                smoke("create table a (id int)", "drop table a", "create table b (id int)", "drop table b");
        assertThat(report.proven()).isTrue();
        assertThat(report.migrations()).allMatch(MigrationProof::proven).hasSize(2);
        assertThat(report.chains())
                .singleElement()
                .satisfies(c -> assertThat(c.proven()).isTrue());
        assertThat(report.serverVersion()).startsWith("18.");
    }

    @Test
    void references_of_partitions_have_triggers_whose_names_hold_numbers_and_differ_in_nothing_else() {
        SmokeReport report = smoke(
                "create table r (id int primary key); create table p (id int references r) partition by range (id);"
                        + " create table p1 partition of p for values from (1) to (2)",
                "drop table p; drop table r");
        assertThat(report.proven()).isTrue();
    }

    @Test
    void a_missing_down_an_empty_down_and_a_failing_down_each_have_their_verdict() {
        Migrations history = Histories.of(List.of(
                Histories.migration("1", "create table a (id int)", null),
                Histories.migration("2", "create table b (id int)", ""),
                Histories.migration("3", "create table c (id int)", "drop table nowhere"),
                Histories.migration("4", "", ""),
                Histories.migration("5", "create table e (id int)", "-- nothing\n")));
        SmokeReport report = smoke(null, List.of(), history);
        assertThat(report.migrations())
                .extracting(MigrationProof::verdict)
                .containsExactly(
                        Verdict.NO_DOWN, Verdict.DIFFERS, Verdict.DOWN_FAILS, Verdict.RESTORES, Verdict.DIFFERS);
        assertThat(report.migrations())
                .extracting(MigrationProof::reapply)
                .containsExactly(null, Reapply.FAILS, null, Reapply.OK, Reapply.FAILS);
        assertThat(report.migrations().get(2).error()).satisfies(e -> {
            assertThat(Objects.requireNonNull(e).message()).contains("nowhere");
            assertThat(Objects.requireNonNull(e.place()).toString()).isEqualTo("3.down.sql:1:1");
        });
        assertThat(report.chains().get(0).down()).isEqualTo(Verdict.DOWN_FAILS);
        assertThat(report.chains().get(0).stoppedAt()).isEqualTo("3");
    }

    @Test
    void a_reapply_that_makes_something_else_is_told() {
        SmokeReport report = smoke(
                "create sequence s; create table log (n int)",
                "drop table log; drop sequence s",
                "do $$ begin if nextval('s') = 1 then create table first (id int); else create table second (id int);"
                        + " end if; end $$",
                "drop table if exists first; drop table if exists second");
        MigrationProof proof = report.migrations().get(1);
        assertThat(proof.verdict()).isEqualTo(Verdict.RESTORES);
        assertThat(proof.reapply()).isEqualTo(Reapply.DIFFERS);
        assertThat(proof.differences())
                .extracting(d -> d.object())
                .containsExactlyInAnyOrder("public.first", "public.second");
        assertThat(report.proven()).isFalse();
    }

    @Test
    void roles_of_a_trial_do_not_stand_in_the_way_of_the_main_database() {
        SmokeReport report = smoke(
                "create role lk_smoke_a; create table a (id int); grant select on a to lk_smoke_a",
                "drop table a; drop role lk_smoke_a",
                "create table b (id int)",
                "drop table b");
        assertThat(report.proven()).isTrue();
    }

    @Test
    @Tag("MIG-05")
    void a_statement_that_the_server_refuses_in_a_transaction_is_found_and_run_alone() {
        SmokeReport report = smoke(
                "create table a (id int)",
                "drop table a",
                "create index concurrently a_id on a (id); comment on index a_id is 'x'",
                "drop index concurrently a_id");
        assertThat(report.migrations().get(0).statementByStatement()).isFalse();
        assertThat(report.migrations().get(1).statementByStatement()).isTrue();
        assertThat(report.proven()).isTrue();
    }

    @Test
    void an_up_script_that_fails_ends_the_run_and_what_was_proven_is_kept() {
        SmokeReport report =
                smoke("create table a (id int)", "drop table a", "create table a (id int)", "drop table a");
        assertThat(report.migrations()).hasSize(1);
        assertThat(Objects.requireNonNull(report.stopped()).code()).isEqualTo(Code.STATEMENT_FAILED);
        assertThat(report.proven()).isFalse();
        assertThat(String.join("\n", new SmokeWriter(Style.PLAIN, List.of("main")).summary(report)))
                .contains("2.up.sql:1:1", "Not proven");
    }

    @Test
    void hostile_names_are_handled_and_shown_in_one_line() {
        String name = "\"a \"\"b\"\" 'c'\n🐘\"";
        SmokeReport report = smoke("create table " + name + " (id int)", "select 1");
        MigrationProof proof = report.migrations().get(0);
        assertThat(proof.differences())
                .singleElement()
                .satisfies(d -> assertThat(d.object()).isEqualTo("public." + name));
        assertThat(new SmokeWriter(Style.PLAIN, List.of("main")).text(proof))
                .noneMatch(line -> line.contains("\n"))
                .anyMatch(line -> line.contains("🐘"));
        assertThat(smoke("create table " + name + " (id int)", "drop table " + name)
                        .proven())
                .isTrue();
    }

    @Test
    void a_prelude_and_a_last_version_are_respected_and_components_have_databases_of_their_own() {
        Migrations one = Histories.of("create table app.a (id int)", "drop table app.a", "select 1/0", "select 1");
        Migrations two = Histories.of("create table app.a (id int)", "drop table app.a");
        SmokeReport report = smoke(
                Version.parse("1").orElseThrow(), List.of(Script.of("prelude.sql", "create schema app")), one, two);
        assertThat(report.proven()).isTrue();
        assertThat(report.migrations()).hasSize(2);
        assertThat(report.chains()).hasSize(2);
    }

    @Test
    void the_json_has_the_fields_that_others_rely_on() {
        SmokeReport report = smoke("create table a (id int)", "select 1");
        String json = Json.object(SmokeWriter.SCHEMA, j -> SmokeWriter.json(j, report));
        assertThat(json)
                .startsWith("{\"schema\":\"lockkeeper/smoke/v1\",\"serverVersion\":\"18.")
                .contains(
                        "\"component\":\"main\",\"version\":\"1\",\"description\":\"migration 1\",\"checksum\":\"sha256-lf:",
                        "\"downChecksum\":\"sha256-lf:",
                        "\"verdict\":\"differs\"",
                        "\"reapply\":\"fails\"",
                        "\"differences\":[{\"object\":\"public.a\",\"kind\":\"table\",\"before\":null,\"after\":\"present\",\"fix\":\"drop table public.a;\"}]",
                        "\"chain\":{\"down\":\"differs\",\"up\":\"fails\"",
                        "\"summary\":{\"proven\":false,\"migrations\":1");
    }

    @Test
    @Tag("MIG-06")
    void repeatable_scripts_are_proven_to_bear_a_second_run(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("V1__t.sql"), "create table t (id int);");
        Files.writeString(folder.resolve("U1__t.sql"), "drop table t;");
        Files.writeString(folder.resolve("R__good.sql"), "create or replace view good as select * from t;");
        Files.writeString(folder.resolve("R__grows.sql"), "create index on t (id);");
        Files.writeString(folder.resolve("R__once.sql"), "create view once as select * from good;");
        Migrations migrations = Migrations.read(new Folder("main", folder, null, Tokens.none()));
        SmokeReport report = smoke(null, List.of(), migrations);
        assertThat(report.repeatables())
                .extracting(r -> r.name() + " " + r.key())
                .containsExactly("R__good repeats", "R__grows differs", "R__once fails", "all fails");
        assertThat(report.proven()).isFalse();
        assertThat(report.chains().get(0).proven()).isTrue();
    }

    @Test
    @Tag("MIG-06")
    void rollback_that_fails_because_of_a_repeatable_script_is_found(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("V1__t.sql"), "create table t (id int);");
        Files.writeString(folder.resolve("U1__t.sql"), "drop table t;");
        Files.writeString(folder.resolve("R__v.sql"), "create or replace view v as select * from t;");
        Folder where = new Folder("main", folder, null, Tokens.none());
        SmokeReport report = smoke(null, List.of(), Migrations.read(where));
        assertThat(report.proven()).isFalse();
        assertThat(report.repeatables())
                .extracting(r -> r.name() + " " + r.key())
                .containsExactly("R__v repeats", "all fails");
        Files.writeString(folder.resolve("U1__t.sql"), "drop view if exists v;\ndrop table t;");
        assertThat(smoke(null, List.of(), Migrations.read(where)).proven()).isTrue();
    }

    @Test
    @Tag("RUN-08")
    void what_directives_say_of_rows_has_only_to_be_understood() {
        SmokeReport report = smoke(
                "-- lockkeeper:before select count(*) > 9 from pg_class where false\n"
                        + "-- lockkeeper:rows a +10..any\ncreate table a (id int)",
                "drop table a");
        assertThat(report.proven()).isTrue();
        SmokeReport wrong = smoke("create table a (id int);\n-- lockkeeper:after select nope from a", "drop table a");
        assertThat(String.valueOf(wrong.stopped())).contains("nope");
    }
}
