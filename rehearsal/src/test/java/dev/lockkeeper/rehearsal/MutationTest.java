package dev.lockkeeper.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.source.Script;
import dev.lockkeeper.source.ScriptReader;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Takes a rich schema, changes one thing, and brings it back badly: the proof must see each of these. */
@Tag("PROOF-01")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MutationTest {
    private EmbeddedPostgres server;

    @BeforeAll
    void start() {
        server = EmbeddedPostgres.start();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    /**
     * @param name what goes wrong
     * @param object what the differences must name
     */
    record Case(String name, String up, String down, String object) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Case lost(String name, String up, String object) {
        return new Case(name, up, "select 'forgotten'", object);
    }

    private static Case badly(String name, String up, String down, String object) {
        return new Case(name, up, down, object);
    }

    static Stream<Case> brokenDowns() {
        return Stream.of(
                lost("comment on a table", "comment on table app.t is null", "table app.t"),
                lost("comment on a column", "comment on column app.t.a is 'other'", "app.t.a"),
                lost("default", "alter table app.t alter a drop default", "app.t.a"),
                badly(
                        "default with another value",
                        "alter table app.t alter a drop default",
                        "alter table app.t alter a set default 'y'",
                        "app.t.a"),
                lost("not null", "alter table app.t alter b drop not null", "app.t"),
                lost("type modifier", "alter table app.t alter c type numeric(12,2)", "app.t.c"),
                lost("column left behind", "alter table app.t add d int", "app.t.d"),
                lost("table left behind", "create table app.extra (id int)", "app.extra"),
                lost(
                        "column collation",
                        "alter table app.parent alter name type text collate \"C\"",
                        "app.parent.name"),
                lost("index", "drop index app.t_b_idx", "app.t_b_idx"),
                badly("index option", "drop index app.t_b_idx", "create index t_b_idx on app.t (b)", "app.t_b_idx"),
                badly("index uniqueness", "drop index app.t_a_key", "create index t_a_key on app.t (a)", "app.t_a_key"),
                badly(
                        "index predicate",
                        "drop index app.t_b_idx",
                        "create index t_b_idx on app.t (b) with (fillfactor = 80) where b > 1",
                        "app.t_b_idx"),
                lost(
                        "index column statistics",
                        "alter index app.t_lower_idx alter column 1 set statistics 77",
                        "app.t_lower_idx"),
                lost("grant", "revoke select on app.t from lk_reader", "app.t"),
                lost("grant to everybody", "grant insert on app.t to public", "app.t"),
                lost("column grant", "grant update (a) on app.t to lk_reader", "app.t.a"),
                lost("schema privilege", "grant usage on schema app to lk_reader", "app"),
                lost("function privilege", "revoke execute on function app.f(int) from public", "app.f(integer)"),
                lost("type privilege", "revoke usage on type app.mood from public", "app.mood"),
                lost("language privilege", "revoke usage on language sql from public", "sql"),
                lost("privilege on the public schema", "grant create on schema public to lk_reader", "public"),
                lost(
                        "default privileges",
                        "alter default privileges in schema app revoke select on tables from lk_reader",
                        "in schema app on tables"),
                lost("policy", "drop policy t_pol on app.t", "t_pol on app.t"),
                badly(
                        "policy command",
                        "drop policy t_pol on app.t",
                        "create policy t_pol on app.t using (b > 0)",
                        "t_pol on app.t"),
                badly(
                        "policy expression",
                        "alter policy t_pol on app.t using (b > 5)",
                        "alter policy t_pol on app.t using (b > 1)",
                        "t_pol on app.t"),
                lost("row-level security", "alter table app.t disable row level security", "app.t"),
                lost("forced row-level security", "alter table app.t force row level security", "app.t"),
                lost("owner of a table", "alter table app.parent owner to lk_reader", "app.parent"),
                lost("owner of a function", "alter function app.f(int) owner to lk_reader", "app.f(integer)"),
                lost("owner of a schema", "alter schema app owner to lk_reader", "app"),
                lost("enum label", "alter type app.mood add value 'elated'", "app.mood"),
                lost("enum label renamed", "alter type app.mood rename value 'ok' to 'fine'", "app.mood"),
                lost("sequence ownership", "alter sequence app.s owned by none", "app.s"),
                lost("sequence increment", "alter sequence app.s increment 3", "app.s"),
                lost("identity", "alter table app.idt alter id set generated always", "app.idt.id"),
                lost("storage", "alter table app.t alter a set storage main", "app.t.a"),
                lost("statistics target", "alter table app.t alter a set statistics 100", "app.t.a"),
                lost("column option", "alter table app.t alter b set (n_distinct = 5)", "app.t.b"),
                lost("table option", "alter table app.t set (fillfactor = 70)", "app.t"),
                lost("option of the TOAST table", "alter table app.t set (toast.autovacuum_enabled = false)", "app.t"),
                lost("replica identity", "alter table app.t replica identity full", "app.t"),
                lost("cluster mark", "alter table app.t cluster on t_b_idx", "app.t_b_idx"),
                lost("persistence", "alter table app.idt set unlogged", "app.idt"),
                badly(
                        "foreign key not valid",
                        "alter table app.t drop constraint t_parent_fk",
                        "alter table app.t add constraint t_parent_fk foreign key (parent_id) references app.parent on delete cascade not valid",
                        "t_parent_fk on app.t"),
                badly(
                        "foreign key name",
                        "alter table app.t drop constraint t_parent_fk",
                        "alter table app.t add constraint t_parent_fkey foreign key (parent_id) references app.parent on delete cascade",
                        "t_parent_fk on app.t"),
                badly(
                        "foreign key action",
                        "alter table app.t drop constraint t_parent_fk",
                        "alter table app.t add constraint t_parent_fk foreign key (parent_id) references app.parent",
                        "t_parent_fk on app.t"),
                badly(
                        "deferrability",
                        "alter table app.t alter constraint t_parent_fk deferrable",
                        "alter table app.t alter constraint t_parent_fk deferrable initially deferred",
                        "t_parent_fk on app.t"),
                badly(
                        "check expression",
                        "alter table app.t drop constraint t_b_check",
                        "alter table app.t add constraint t_b_check check (b >= 0)",
                        "t_b_check on app.t"),
                badly(
                        "generated expression",
                        "alter table app.gen drop twice",
                        "alter table app.gen add twice int generated always as (one * 3) stored",
                        "app.gen.twice"),
                badly(
                        "function body",
                        "create or replace function app.f(i int) returns int language sql immutable as 'select i + 2'",
                        "create or replace function app.f(i int) returns int language sql immutable as 'select i + 1 '",
                        "app.f(integer)"),
                lost("function volatility", "alter function app.f(int) volatile", "app.f(integer)"),
                lost("function security", "alter function app.f(int) security definer", "app.f(integer)"),
                lost("function setting", "alter function app.f(int) set work_mem = '8MB'", "app.f(integer)"),
                lost("function parallel safety", "alter function app.f(int) parallel safe", "app.f(integer)"),
                badly(
                        "parameter default",
                        "drop function app.g(int)",
                        "create function app.g(i int default 2) returns int language sql as 'select i'",
                        "app.g(integer)"),
                badly(
                        "SQL body",
                        "create or replace function app.atomic() returns int begin atomic select 2; end",
                        "create or replace function app.atomic() returns int begin atomic select 3; end",
                        "app.atomic()"),
                lost("trigger state", "alter table app.t disable trigger t_trg", "t_trg on app.t"),
                lost("internal trigger state", "alter table app.parent disable trigger all", "app.parent"),
                badly(
                        "trigger event",
                        "drop trigger t_trg on app.t",
                        "create trigger t_trg before insert or update on app.t for each row execute function app.trg()",
                        "t_trg on app.t"),
                badly(
                        "rule",
                        "drop rule p_rule on app.parent",
                        "create rule p_rule as on delete to app.parent do also notify b",
                        "p_rule on app.parent"),
                badly(
                        "view columns in another order",
                        "drop view app.v",
                        "create view app.v with (security_barrier = true) as select a, id from app.t",
                        "app.v"),
                lost("view option", "alter view app.v reset (security_barrier)", "app.v"),
                badly(
                        "materialized view without data",
                        "drop materialized view app.mv",
                        "create materialized view app.mv as select id from app.parent with no data",
                        "app.mv"),
                lost("partition detached", "alter table app.part detach partition app.part_1", "app.part_1"),
                badly(
                        "partition bound",
                        "alter table app.part detach partition app.part_1",
                        "alter table app.part attach partition app.part_1 for values from ('2020-01-01') to ('2022-01-01')",
                        "app.part_1"),
                lost("inheritance", "alter table app.child no inherit app.parent", "app.child"),
                lost("publication table", "alter publication lk_pub drop table app.parent", "lk_pub"),
                lost("publication operations", "alter publication lk_pub set (publish = 'insert')", "lk_pub"),
                lost("publication filter", "alter publication lk_pub set table app.parent where (id > 1)", "lk_pub"),
                lost("extended statistics", "drop statistics app.st", "app.st"),
                badly(
                        "extended statistics kinds",
                        "drop statistics app.st",
                        "create statistics app.st (mcv) on a, b from app.t",
                        "app.st"),
                lost("extension", "create extension hstore schema app", "hstore"),
                lost(
                        "domain constraint",
                        "alter domain app.email drop constraint email_check",
                        "email_check on app.email"),
                lost("domain default", "alter domain app.email set default 'z'", "app.email"),
                lost("domain not null", "alter domain app.email set not null", "app.email"),
                lost("attribute of a composite type", "alter type app.pair add attribute z int", "app.pair.z"),
                lost("type renamed", "alter type app.pair rename to duo", "app.duo"),
                lost("table renamed", "alter table app.child rename to kid", "app.kid"),
                lost("column renamed", "alter table app.gen rename one to uno", "app.gen.uno"),
                lost("schema left behind", "create schema extra", "extra"),
                lost("aggregate", "drop aggregate app.agg(int)", "app.agg(integer)"),
                lost("operator", "drop operator app.=== (int, int)", "app.===(integer,integer)"),
                lost("cast", "drop cast (text as app.mood)", "app.mood"),
                lost("procedure", "drop procedure app.p()", "app.p()"),
                lost("collation", "drop collation app.coll", "app.coll"),
                lost("text search mapping", "alter text search configuration app.tsc drop mapping for word", "app.tsc"),
                lost("option of a foreign server", "alter server lk_srv options (set host 'b')", "lk_srv"),
                lost(
                        "user mapping",
                        "alter user mapping for lk_reader server lk_srv options (set password 'q')",
                        "lk_reader"),
                lost(
                        "event trigger",
                        "create event trigger lk_evt on ddl_command_start execute function app.evt()",
                        "lk_evt"),
                lost(
                        "setting of the database",
                        "do $$ begin execute format('alter database %I set work_mem = ''9MB''', current_database()); end $$",
                        "work_mem"),
                lost("comment on an index", "comment on index app.t_b_idx is 'i'", "app.t_b_idx"),
                lost("comment on a function", "comment on function app.f(int) is 'f'", "app.f(integer)"),
                lost(
                        "comment on a constraint",
                        "comment on constraint t_b_check on app.t is 'c'",
                        "t_b_check on app.t"),
                lost(
                        "system function changed",
                        "grant execute on function pg_catalog.pg_ls_dir(text) to lk_reader",
                        "pg_ls_dir(text)"),
                badly(
                        "invalid index",
                        "drop index app.t_b_idx",
                        "create index t_b_idx on app.t (b) with (fillfactor = 80); update pg_index set indisvalid = false where indexrelid = 'app.t_b_idx'::regclass",
                        "app.t_b_idx"));
    }

    static Stream<Case> harmless() {
        return Stream.of(
                badly(
                        "column added and dropped leaves a gap in the numbers",
                        "alter table app.t add d int",
                        "alter table app.t drop d",
                        ""),
                badly(
                        "index dropped and made again alike",
                        "drop index app.t_b_idx",
                        "create index t_b_idx on app.t (b) with (fillfactor = 80)",
                        ""),
                badly(
                        "view made again alike",
                        "drop view app.v",
                        "create view app.v with (security_barrier = true) as select id, a from app.t",
                        ""),
                badly(
                        "grant taken back leaves an explicit default",
                        "grant usage on schema app to lk_reader",
                        "revoke usage on schema app from lk_reader",
                        ""),
                badly(
                        "grant on the public schema taken back",
                        "grant create on schema public to lk_reader",
                        "revoke create on schema public from lk_reader",
                        ""),
                badly(
                        "rows and statistics",
                        "insert into app.idt default values; analyze app.idt",
                        "delete from app.idt; analyze app.idt",
                        ""),
                badly("sequence moved on", "select setval('app.s', 5)", "select setval('app.s', 7)", ""),
                badly(
                        "comment set again",
                        "comment on table app.t is 'new'",
                        "comment on table app.t is 'a table'",
                        ""),
                badly(
                        "constraint added and validated in two steps",
                        "alter table app.t drop constraint t_b_check",
                        "alter table app.t add constraint t_b_check check (b > 0) not valid; alter table app.t validate constraint t_b_check",
                        ""),
                badly(
                        "renamed there and back",
                        "alter table app.t rename a to z",
                        "alter table app.t rename z to a",
                        ""),
                badly(
                        "trigger disabled and enabled",
                        "alter table app.t disable trigger t_trg",
                        "alter table app.t enable trigger t_trg",
                        ""),
                badly(
                        "option set and reset",
                        "alter table app.t set (fillfactor = 50)",
                        "alter table app.t reset (fillfactor)",
                        ""),
                badly(
                        "table rewritten",
                        "alter table app.t alter c type numeric(12,2)",
                        "alter table app.t alter c type numeric(10,2)",
                        ""),
                badly(
                        "foreign key made again alike",
                        "alter table app.t drop constraint t_parent_fk",
                        "alter table app.t add constraint t_parent_fk foreign key (parent_id) references app.parent on delete cascade",
                        ""),
                badly("extension made and dropped", "create extension hstore schema app", "drop extension hstore", ""),
                badly(
                        "partition detached and attached",
                        "alter table app.part detach partition app.part_1",
                        "alter table app.part attach partition app.part_1 for values from ('2020-01-01') to ('2021-01-01')",
                        ""));
    }

    @ParameterizedTest
    @MethodSource("brokenDowns")
    void a_down_script_that_does_not_restore_is_found_and_the_object_is_named(Case broken) {
        MigrationProof proof = prove(broken.up(), broken.down());
        assertThat(proof.verdict()).isEqualTo(Verdict.DIFFERS);
        assertThat(proof.differences()).anySatisfy(d -> assertThat(d.object()).contains(broken.object()));
    }

    @ParameterizedTest
    @MethodSource("harmless")
    void a_down_script_that_restores_in_its_own_way_is_accepted(Case fine) {
        MigrationProof proof = prove(fine.up(), fine.down());
        assertThat(proof.differences()).isEmpty();
        assertThat(proof.verdict()).isEqualTo(Verdict.RESTORES);
    }

    @Test
    void a_column_that_comes_back_at_the_end_is_told_apart_from_a_real_difference() {
        MigrationProof proof = prove(
                "alter table app.gen drop one cascade",
                "alter table app.gen drop last; alter table app.gen add one int; alter table app.gen add twice int"
                        + " generated always as (one * 2) stored; alter table app.gen add last int");
        assertThat(proof.verdict()).isEqualTo(Verdict.RESTORES);
        MigrationProof moved = prove(
                "alter table app.gen drop last",
                "alter table app.gen drop twice; alter table app.gen add last int;"
                        + " alter table app.gen add twice int generated always as (one * 2) stored");
        assertThat(moved.verdict()).isEqualTo(Verdict.COLUMN_ORDER);
        assertThat(moved.differences()).singleElement().satisfies(d -> {
            assertThat(d.object()).isEqualTo("app.gen");
            assertThat(d.before()).isEqualTo("one, twice, last");
            assertThat(d.after()).isEqualTo("one, last, twice");
        });
    }

    @Test
    @Tag("GOV-07")
    void a_password_in_a_user_mapping_is_noticed_but_not_shown() {
        MigrationProof proof = prove(
                "alter user mapping for lk_reader server lk_srv options (set password 'hunter2')",
                "select 'forgotten'");
        assertThat(proof.differences()).isNotEmpty();
        assertThat(proof.differences().toString()).doesNotContain("hunter2").doesNotContain("secret1");
    }

    private MigrationProof prove(String up, String down) {
        Path prelude = Path.of(System.getProperty("lockkeeper.root"), "rehearsal/src/test/resources/rich-schema.sql");
        SmokeReport report = new Smoke(
                        Databases.of(server), List.of(Script.of("rich-schema.sql", ScriptReader.read(prelude))))
                .run(List.of(Histories.of(up, down)), null, p -> {});
        assertThat(report.stopped()).isNull();
        return report.migrations().get(0);
    }
}
