package dev.lockkeeper.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.embedded.Options;
import dev.lockkeeper.report.Json;
import dev.lockkeeper.report.Style;
import dev.lockkeeper.rows.RowLoss;
import dev.lockkeeper.rows.RowProof;
import dev.lockkeeper.rows.RowSource;
import dev.lockkeeper.rows.Unfilled;
import dev.lockkeeper.source.Migrations;
import dev.lockkeeper.source.Script;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@Tag("PROOF-02")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RowProofTest {
    private static final RowSource GENERATED = new RowSource.Generated();

    private EmbeddedPostgres server;

    @BeforeAll
    void start() {
        server = EmbeddedPostgres.start();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private SmokeReport smoke(RowSource rows, Migrations history) {
        return new Smoke(Databases.of(server), List.of(), rows).run(List.of(history), null, proof -> {});
    }

    private SmokeReport smoke(String... scripts) {
        return smoke(GENERATED, Histories.of(scripts));
    }

    private static MigrationProof last(SmokeReport report) {
        return report.migrations().get(report.migrations().size() - 1);
    }

    private static RowProof rows(SmokeReport report) {
        return Objects.requireNonNull(last(report).rows());
    }

    private static List<String> lost(SmokeReport report) {
        return rows(report).losses().stream().map(RowLoss::sentence).toList();
    }

    @Test
    void rows_that_come_back_are_proven_and_the_first_migration_has_none() {
        SmokeReport report = smoke(
                "create schema a; create table a.t (id int primary key, note text)",
                "drop schema a cascade",
                "alter table a.t rename to u; alter table a.u rename note to remark; alter table a.u add c int default 7",
                "alter table a.u drop c; alter table a.u rename remark to note; alter table a.u rename to t");
        assertThat(report.proven()).isTrue();
        assertThat(report.migrations().get(0).rows()).isNull();
        assertThat(rows(report).rows()).isEqualTo(3);
        assertThat(rows(report).losses()).isEmpty();
        assertThat(new SmokeWriter(Style.PLAIN, List.of("main")).summary(report))
                .last()
                .asString()
                .endsWith("No row is lost.");
    }

    @Test
    void column_that_is_dropped_and_made_anew_has_lost_its_values() {
        SmokeReport report = smoke(
                "create table t (id int primary key, note text)",
                "drop table t",
                "alter table t drop note",
                "alter table t add note text");
        assertThat(lost(report))
                .containsExactly("public.t.note: 2 of 3 rows, NULL now (plain 1 \u2192 NULL of id 4001)");
        assertThat(last(report).verdict()).isEqualTo(Verdict.DIFFERS);
        assertThat(last(report).differences()).isEmpty();
        assertThat(report.proven()).isFalse();
        assertThat(new SmokeWriter(Style.PLAIN, List.of("main")).summary(report))
                .last()
                .asString()
                .endsWith(
                        "all 2 rollbacks restore the exact schema and reapply; one rollback does not bring back the rows.");
        assertThat(new SmokeWriter(Style.PLAIN, List.of("main")).text(last(report)))
                .contains("        to accept it: -- lockkeeper:accept-loss public.t.note: REASON");
    }

    @Test
    void columns_that_were_exchanged_are_seen_by_their_values() {
        SmokeReport report = smoke(
                "create table t (id int primary key, a text not null, b text not null, m int not null, n int not null,"
                        + " since date not null, till date not null)",
                "drop table t",
                "update t set a = b, b = a, m = n, n = m, since = till, till = since",
                "select 1");
        assertThat(rows(report).losses().stream().map(RowLoss::spelled))
                .containsExactly(
                        "public.t.a", "public.t.b", "public.t.m", "public.t.n", "public.t.since", "public.t.till");
    }

    @Test
    void values_that_a_conversion_has_changed_are_named() {
        SmokeReport report = smoke(
                "create table t (id int primary key, price numeric, doc json, at timestamptz)",
                "drop table t",
                "alter table t alter price type numeric(30), alter doc type jsonb, alter at type timestamptz(0)",
                "alter table t alter price type numeric, alter doc type json, alter at type timestamptz");
        assertThat(rows(report).losses().stream().map(RowLoss::spelled))
                .containsExactly("public.t.price", "public.t.doc", "public.t.at");
        assertThat(lost(report).get(0))
                .isEqualTo("public.t.price: 2 of 3 rows, another value now (41.50 \u2192 42 of id 4001)");
    }

    @Test
    void table_that_is_dropped_and_made_anew_has_lost_its_rows() {
        SmokeReport report = smoke(
                "create table t (id int primary key); create table \"Odd \"\"T\" (x int)",
                "drop table t; drop table \"Odd \"\"T\"",
                "drop table t; drop table \"Odd \"\"T\"",
                "create table t (id int primary key); create table \"Odd \"\"T\" (x int)");
        assertThat(lost(report))
                .containsExactly("public.\"Odd \"\"T\": 3 of 3 rows, gone", "public.t: 3 of 3 rows, gone");
    }

    @Test
    void rows_that_are_deleted_or_left_or_exchanged_are_told() {
        assertThat(lost(smoke(
                        "create table t (id int primary key)",
                        "drop table t",
                        "delete from t where id = 4002",
                        "select 1")))
                .containsExactly("public.t: 1 of 3 rows, gone");
        assertThat(lost(smoke(
                        "create table t (id int primary key)",
                        "drop table t",
                        "insert into t values (1)",
                        "update t set id = id")))
                .containsExactly("public.t: 1 row more than before");
        assertThat(lost(smoke(
                        "create table t (a int, b text)",
                        "drop table t",
                        "alter table t add c int",
                        "alter table t drop c; update t set b = (select max(u.b) from t u where u.a is null) where a is null;"
                                + " with x as (select a, b, lead(b) over (order by a) n from t where a is not null) update t set b ="
                                + " (select coalesce(x.n, (select x.b from x order by x.a limit 1)) from x where x.a = t.a) where a is"
                                + " not null")))
                .containsExactly("public.t: 2 of 3 rows, other values together now");
    }

    @Test
    void rows_that_a_migration_brings_and_takes_back_are_right() {
        SmokeReport report = smoke(
                "create table t (id int primary key)",
                "drop table t",
                "insert into t values (1), (2)",
                "delete from t where id < 3");
        assertThat(report.proven()).isTrue();
    }

    @Test
    void position_of_a_sequence_that_starts_anew_is_a_loss() {
        SmokeReport report = smoke(
                "create sequence s; create table t (id int generated always as identity)",
                "drop table t; drop sequence s",
                "alter table t alter id drop identity; drop sequence s",
                "create sequence s; alter table t alter id set not null;"
                        + " alter table t alter id add generated always as identity");
        assertThat(lost(report))
                .containsExactly(
                        "public.s: the sequence gives numbers again that it gave before (next 5001 \u2192 1)",
                        "public.t_id_seq: the sequence gives numbers again that it gave before (next 5001 \u2192 1)");
    }

    @Test
    void large_objects_are_the_same_by_what_they_hold_and_whose_they_are() {
        String[] base = {
            "select lo_from_bytea(4711, '\\x01'); select lo_from_bytea(4712, '\\x02')",
            "select lo_unlink(4711); select lo_unlink(4712)"
        };
        assertThat(lost(smoke(base[0], base[1], "select lo_unlink(4711)", "select lo_from_bytea(4713, '\\x01')")))
                .isEmpty();
        assertThat(lost(smoke(base[0], base[1], "select lo_unlink(4711)", "select lo_from_bytea(4711, '\\x09')")))
                .containsExactly("pg_catalog.pg_largeobject: 1 of 2 large objects that are not as they were");
        assertThat(lost(smoke(
                        base[0],
                        base[1],
                        "grant select on large object 4711 to public",
                        "select 1; revoke update on large object 4711 from public")))
                .containsExactly("pg_catalog.pg_largeobject: 1 of 2 large objects that are not as they were");
    }

    @Test
    void up_script_that_fails_with_rows_only_is_told_and_its_rollback_is_judged_all_the_same() {
        SmokeReport report = smoke(
                "create table t (id int primary key, note text)",
                "drop table t",
                "alter table t alter note set not null",
                "alter table t alter note drop not null");
        assertThat(last(report).verdict()).isEqualTo(Verdict.RESTORES);
        assertThat(last(report).reapply()).isEqualTo(Reapply.OK);
        assertThat(Objects.requireNonNull(rows(report).refused()).server())
                .satisfies(s -> assertThat(Objects.requireNonNull(s).message()).contains("contains null values"));
        // with rows that it does not refuse
        assertThat(rows(report).rows()).isEqualTo(1);
        assertThat(report.proven()).isFalse();
        assertThat(new SmokeWriter(Style.PLAIN, List.of("main")).summary(report))
                .last()
                .asString()
                .endsWith("all 2 rollbacks restore the exact schema and reapply; one up script fails when rows exist.");
    }

    @Test
    void check_of_the_script_itself_stands_for_rows_that_it_would_refuse() {
        SmokeReport report = smoke(
                "create table t (id int primary key, note text)",
                "drop table t",
                "-- lockkeeper:before select not exists (select from t where note is null)\n"
                        + "alter table t alter note set not null",
                "alter table t alter note drop not null");
        assertThat(rows(report).guarded()).isTrue();
        assertThat(report.proven()).isTrue();
    }

    @Test
    void column_without_a_default_is_refused_by_every_row_and_the_rollback_is_not_blamed() {
        SmokeReport report = smoke(
                "create table t (id int primary key)",
                "drop table t",
                "alter table t add c int not null",
                "alter table t drop c");
        assertThat(rows(report).key()).isEqualTo("refused");
        assertThat(rows(report).losses()).isEmpty();
        assertThat(last(report).verdict()).isEqualTo(Verdict.RESTORES);
    }

    @Test
    void down_script_and_reapply_that_fail_with_rows_only_are_told() {
        SmokeReport down = smoke(
                "create table t (id int primary key, n int not null)",
                "drop table t",
                "alter table t drop n",
                "alter table t add n int not null");
        assertThat(rows(down).key()).isEqualTo("down-fails");
        assertThat(down.proven()).isFalse();
        SmokeReport again = smoke(
                "create table t (id int primary key, n int)",
                "drop table t",
                "alter table t add check (n is null or n <> 0)",
                "alter table t drop constraint t_n_check; update t set n = 0");
        assertThat(rows(again).again()).isNotNull();
        assertThat(rows(again).keeps()).isFalse();
    }

    @Test
    void loss_is_accepted_with_a_reason_in_either_script_and_for_a_table_with_all_its_columns() {
        SmokeReport report = smoke(
                "create table t (id int primary key, a text, b text); create table u (b text)",
                "drop table t; drop table u",
                "-- lockkeeper:accept-loss Public.T: nobody reads it\nalter table t drop a, drop b",
                "alter table t add a text, add b text",
                "alter table u drop b",
                "-- lockkeeper:accept-loss public.u.b: \"b\" is computed anew each night\nalter table u add b text");
        assertThat(report.proven()).isTrue();
        assertThat(rows(report).losses())
                .singleElement()
                .satisfies(l -> assertThat(l.accepted()).isEqualTo("\"b\" is computed anew each night"));
        assertThat(new SmokeWriter(Style.PLAIN, List.of("main")).summary(report))
                .last()
                .asString()
                .endsWith("What rows are lost is accepted: 3 losses.");
    }

    @Test
    void acceptance_of_one_column_covers_no_other_and_one_that_covers_nothing_is_told() {
        SmokeReport report = smoke(
                "create table t (id int primary key, a text, b text)",
                "drop table t",
                "-- lockkeeper:accept-loss public.t.c: gone\nalter table t drop a",
                "alter table t add a text");
        assertThat(rows(report).keeps()).isFalse();
        assertThat(rows(report).unneeded()).singleElement().satisfies(p -> {
            assertThat(p.message()).isEqualTo("nothing of public.t.c is lost");
            assertThat(Objects.requireNonNull(p.place()).line()).isEqualTo(1);
        });
    }

    @Test
    void table_that_nobody_can_fill_is_named_with_the_words_of_the_server() {
        SmokeReport report = smoke(
                "create table t (id int not null check (id > 1 and id < 2))",
                "drop table t",
                "alter table t add c int",
                "alter table t drop c");
        assertThat(rows(report).unfilled())
                .containsExactly(new Unfilled(
                        "\"public\".\"t\"", "new row for relation \"t\" violates check constraint \"t_id_check\""));
        assertThat(new SmokeWriter(Style.PLAIN, List.of("main")).summary(report))
                .anyMatch(line -> line.startsWith("  no rows for \"public\".\"t\" before version 2: new row"));
    }

    @Test
    void rows_of_a_file_are_compared_where_the_schema_takes_them_and_their_values_are_not_told() {
        Migrations history = Histories.of(
                "create table t (id int primary key)",
                "drop table t",
                "alter table t add secret text",
                "alter table t drop secret",
                "alter table t drop secret",
                "alter table t add secret text");
        RowSource rows =
                new RowSource.Given(List.of(Script.of("rows.sql", "insert into t values (1, 'hunter2'), (2, null)")));
        SmokeReport report = smoke(rows, history);
        assertThat(lost(report)).containsExactly("public.t.secret: 1 of 2 rows, NULL now");
        assertThat(Json.document(json -> SmokeWriter.json(json, report)))
                .contains("public.t.secret")
                .doesNotContain("hunter2");
        SmokeReport never =
                smoke(new RowSource.Given(List.of(Script.of("rows.sql", "insert into nowhere values (1)"))), history);
        assertThat(Objects.requireNonNull(never.stopped()).message())
                .isEqualTo("the rows cannot be put in before any of the migrations");
    }

    @Test
    void partitions_may_change_as_long_as_the_rows_are_there() {
        SmokeReport report = smoke(
                "create table t (id int, at date) partition by range (at);"
                        + " create table t1 partition of t for values from ('2024-01-01') to ('2025-01-01');"
                        + " create table t2 partition of t default",
                "drop table t",
                "alter table t detach partition t1; alter table t detach partition t2",
                "alter table t attach partition t1 for values from ('2024-01-01') to ('2025-01-01');"
                        + " alter table t attach partition t2 default");
        assertThat(report.proven()).isTrue();
        assertThat(rows(report).rows()).isGreaterThan(1);
    }

    @Test
    void migration_that_takes_a_role_away_is_proven_with_rows_too() {
        SmokeReport report = smoke(
                "create role rows_reader; create table t (id int primary key, a text); grant select on t to rows_reader",
                "drop table t; drop role rows_reader",
                "revoke select on t from rows_reader; drop role rows_reader; alter table t drop a",
                "create role rows_reader; grant select on t to rows_reader; alter table t add a text");
        assertThat(lost(report)).hasSize(1);
        assertThat(last(report).schemaProven()).isTrue();
    }

    @Test
    void plain_role_that_owns_the_tables_and_forced_policies_hide_nothing() {
        SmokeReport report = smoke(
                "create role rows_owner; create table t (id int primary key, a text); alter table t owner to rows_owner;"
                        + " alter table t enable row level security; alter table t force row level security",
                "drop table t; drop role rows_owner",
                "set role rows_owner; alter table t drop a",
                "set role rows_owner; alter table t add a text");
        assertThat(lost(report)).hasSize(1);
    }

    @Test
    void rehearsal_has_rows_when_it_is_asked_for_them() {
        Migrations history = Histories.of(
                "create table t (id int primary key); create table u (id int not null check (id <> id))",
                "",
                "update t set id = id",
                "");
        Course course =
                new Course("main", history.all().subList(0, 1), history.all().subList(1, 2));
        RehearsalReport report = new PlanRehearsal(Databases.of(server), List.of(), List.of(), GENERATED)
                .run(List.of(course), seen -> {});
        assertThat(report.stopped()).isNull();
        assertThat(report.migrations().get(0).statements().get(0).rows())
                .singleElement()
                .satisfies(r -> assertThat(r.updated()).isEqualTo(3));
        assertThat(report.unfilled()).extracting(Unfilled::table).containsExactly("\"public\".\"u\"");
        assertThat(new RehearsalWriter(Style.PLAIN, false).summary(report))
                .anyMatch(line -> line.startsWith("  no rows for \"public\".\"u\": "));
    }

    @Test
    void names_with_quotes_and_63_bytes_and_odd_settings_of_the_database_change_nothing() {
        String column = "\"\ud83d\ude00 a.b\"";
        String table = "\"Sch\"\"ema.x\".\"" + "\u00fc".repeat(31) + "x\"";
        String definition = column + " text check (" + column + " like 'x\\_%')";
        SmokeReport report = smoke(
                "do $$ begin execute format('alter database %I set search_path = \"$user\"', current_database());"
                        + " execute format('alter database %I set datestyle = ''German''', current_database());"
                        + " execute format('alter database %I set transform_null_equals = on', current_database()); end $$;"
                        + " create schema \"Sch\"\"ema.x\"; create table " + table + " (\"k\"\"ey\" date primary key, "
                        + definition + ")",
                "drop schema \"Sch\"\"ema.x\" cascade",
                "-- lockkeeper:accept-loss " + table + "." + column + ": nobody reads it\nalter table " + table
                        + " drop " + column,
                "alter table " + table + " add " + definition);
        assertThat(rows(report).losses()).singleElement().satisfies(l -> {
            assertThat(l.accepted()).isEqualTo("nobody reads it");
            assertThat(l.spelled()).isEqualTo(table + "." + column);
        });
        assertThat(rows(report).unneeded()).isEmpty();
    }

    @Test
    void the_same_losses_are_found_on_15() {
        try (EmbeddedPostgres old = EmbeddedPostgres.start(Options.version(15))) {
            SmokeReport report = new Smoke(Databases.of(old), List.of(), GENERATED)
                    .run(
                            List.of(Histories.of(
                                    "create table t (id int primary key, a text, n numeric)",
                                    "drop table t",
                                    "alter table t drop a; alter table t alter n type numeric(30)",
                                    "alter table t add a text; alter table t alter n type numeric")),
                            null,
                            proof -> {});
            assertThat(rows(report).losses().stream().map(RowLoss::spelled))
                    .containsExactly("public.t.a", "public.t.n");
        }
    }
}
