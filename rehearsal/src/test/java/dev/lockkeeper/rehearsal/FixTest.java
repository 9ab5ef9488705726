package dev.lockkeeper.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.catalog.Difference;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is printed as missing in a down script, put into it as it is printed, makes it restore. */
@Tag("PROOF-01")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FixTest {
    private EmbeddedPostgres server;

    @BeforeAll
    void start() {
        server = EmbeddedPostgres.start();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private List<Difference> forgotten(String before, String up, String down) {
        SmokeReport report = new Smoke(Databases.of(server), List.of())
                .run(List.of(Histories.of(before, "select 1", up, down)), null, p -> {});
        assertThat(report.stopped()).isNull();
        return report.migrations().get(1).differences();
    }

    private static String fixes(List<Difference> differences) {
        return String.join(
                "\n",
                differences.stream()
                        .map(Difference::fix)
                        .filter(Objects::nonNull)
                        .toList());
    }

    /** What was there before, and what the up script changed of it. */
    static Stream<List<String>> forgotten() {
        return Stream.of(
                List.of(
                        "create role o1; create role o2; create role g1; create table t (id int); alter table t owner to o1;"
                                + " grant select on t to g1",
                        "alter table t owner to o2; grant insert on t to g1; revoke select on t from g1"),
                List.of("create table t (id int)", "revoke select on t from current_user"),
                List.of("create function f() returns int return 1", "revoke execute on function f() from public"),
                List.of(
                        "create role g1; create sequence s; grant usage on sequence s to g1 with grant option",
                        "revoke grant option for usage on sequence s from g1"),
                List.of("create role g1; create table t (id int)", "grant update (id) on t to g1"),
                List.of(
                        "create table p (k int) partition by range (k); create table p1 partition of p for values from (1) to (9);"
                                + " create index i on only p (k); create index i1 on p1 (k); alter index i attach partition i1;"
                                + " comment on index i1 is 'one'",
                        "drop index i"),
                List.of(
                        "create table t (a int, b int); create index i on t ((a + b)); alter index i alter column 1 set"
                                + " statistics 66; comment on index i is 'sum'; create index j on t (a); cluster t using j",
                        "drop index i; drop index j"),
                List.of(
                        "create table t (a int); create function f() returns trigger language plpgsql as 'begin return new; end';"
                                + " create trigger g before insert on t for each row execute function f(); alter table t disable"
                                + " trigger g; comment on trigger g on t is 'off'",
                        "drop trigger g on t"),
                List.of(
                        "create table t (a int, b int); create statistics s on a, b from t; alter statistics s set statistics 9",
                        "drop statistics s"),
                List.of(
                        "create table t (a int, b text collate \"C\"); alter table t alter b set storage plain, alter b set"
                                + " statistics 7, alter b set compression pglz; create index i on t (b); comment on column t.b is 'b'",
                        "alter table t drop b"),
                List.of("create table t (a int default 7)", "alter table t alter a drop default"),
                List.of("create table t (a int)", "alter table t rename a to b"),
                List.of("create table t (a int primary key)", "alter table t rename to u"),
                List.of(
                        "create table t (a int constraint k primary key)",
                        "alter table t drop constraint k; alter table t add constraint k2 primary key (a)"),
                List.of(
                        "create table a (id int)",
                        "alter table a add primary key (id); create table b (id int references a)"),
                List.of(
                        "create table t (a int)",
                        "alter table t alter a set not null, alter a add generated always as identity"),
                List.of(
                        "create table t (a int generated always as identity)",
                        "alter table t alter a drop identity, alter a drop not null"),
                List.of("create table t (a int)", "create view w as select 1 as x; create view v as select * from w"),
                List.of(
                        "create schema s; create extension hstore; create table t (h hstore)",
                        "alter extension hstore set schema s"),
                List.of("select 1", "create schema s; create table s.t (a int); create type s.e as enum ('a')"));
    }

    @ParameterizedTest
    @MethodSource("forgotten")
    void what_is_printed_mends_a_down_that_does_nothing(List<String> scripts) {
        List<Difference> found = forgotten(scripts.get(0), scripts.get(1), "select 1");
        assertThat(found).isNotEmpty();
        List<Difference> left = forgotten(scripts.get(0), scripts.get(1), fixes(found));
        assertThat(left.stream().filter(d -> !d.kind().equals("column order")))
                .as(fixes(found))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "create schema s; create extension hstore; create table t (h hstore); create index on t using gin (h);"
                        + " create function f(hstore) returns int return 1 | alter extension hstore set schema s | extension hstore",
                "create table t (a int); create unique index i on t (a) | alter table t add constraint k unique using index i"
                        + " | index public.i; constraint k on public.t",
                "create table t (a int constraint k unique) | alter table t drop constraint k | constraint k on public.t",
                "create table t (a int constraint k unique) | alter table t drop constraint k;"
                        + " alter table t add constraint k unique (a) deferrable | constraint k on public.t",
                "create table p (k int) partition by range (k); create table p1 partition of p for values from (1) to (9);"
                        + " create index i on only p (k) | create index i1 on p1 (k); alter index i attach partition i1"
                        + " | index public.i1",
            })
    void each_mistake_is_told_once(String before, String up, String told) {
        assertThat(forgotten(before, up, "select 1"))
                .extracting(d -> d.kind() + " " + d.object())
                .containsExactlyInAnyOrder(told.split("; "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "create table t (a varchar(100)) | alter table t alter a type varchar(65534) | varchar(65534)",
                "create table t (a int not null) | alter table t alter a add generated always as identity | identity: always",
                "create domain d as varchar(7) | drop domain d; create domain d as numeric(4,2) | numeric(4,2)",
            })
    void values_are_told_in_the_words_of_a_person(String before, String up, String words) {
        assertThat(forgotten(before, up, "select 1"))
                .singleElement()
                .satisfies(d -> assertThat(String.valueOf(d.after()).replace("character varying", "varchar"))
                        .contains(words));
    }

    @Test
    void a_lost_table_comes_before_what_is_left_over_in_no_way_that_drops_rows() {
        List<Difference> found = forgotten("create table t (a int)", "alter table t rename to u", "select 1");
        assertThat(fixes(found)).isEqualTo("alter table public.u rename to t;");
    }
}
