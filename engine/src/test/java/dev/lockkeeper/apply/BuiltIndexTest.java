package dev.lockkeeper.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.Person;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ArgumentsSource;

@Tag("MIG-05")
@Tag("RUN-05")
class BuiltIndexTest {
    private static final Settled DONE = new Settled.Done();
    private static final Settled AGAIN = new Settled.Again();
    private static final String BUILD = "create index concurrently t_n on t (n)";
    private static final String TABLE = "create table t (id int, n int); insert into t values (1, 1), (2, 1)";

    /** Each statement concerns the table in its key. */
    private static final List<Map.Entry<String, String>> SPELLINGS = List.of(
            Map.entry("a", "create index concurrently if not exists a_i -- c\n on a(n)"),
            Map.entry("a", "create /* a */ index concurrently \"T n\" on only a using btree (n) where n > 0"),
            Map.entry("\"other\".\"a.b\"", "create index concurrently \"a.b.\"\"c\"\"\" on other . \"a.b\" (n)"),
            Map.entry("\"a 'q' \\\"", "create index concurrently \"i 'q' \\\" on \"a 'q' \\\" (n)"),
            Map.entry("a", "create index concurrently " + "Long_Name_".repeat(8) + " on a (n)"),
            Map.entry("a", "create index concurrently \"" + "x" + "ü".repeat(40) + "\" on app.a (n)"),
            Map.entry("a", "create index concurrently x" + "日本".repeat(15) + " on a (n)"),
            Map.entry("a", "create index concurrently u&\"i\\0022\\+01F600\" on u&\"!0061\" uescape '!' (n)"));

    @ParameterizedTest
    @ArgumentsSource(BenchOf.class)
    void cut_off_build_is_cleared_away_and_runs_again_whatever_its_names_are(Bench bench) {
        bench.execute("create schema app; create schema other; create schema app2; create table app.a (n int);"
                + " create table other.\"a.b\" (n int); create table app2.\"a 'q' \\\" (n int)");
        for (Map.Entry<String, String> spelling : SPELLINGS) {
            bench.script("set search_path = app, app2");
            String table = spelling.getKey().startsWith("\"o")
                    ? spelling.getKey()
                    : spelling.getKey().equals("a") ? "app.a" : "app2." + spelling.getKey();
            String build = spelling.getValue();
            Concern concern = bench.kill(table, build);
            assertThat(bench.invalid()).as(build).hasSize(1);
            assertThat(bench.settle(build, concern)).as(build).isEqualTo(AGAIN);
            assertThat(bench.invalid()).as(build).isEmpty();
            bench.script("set search_path = app, app2");
            Concern second = bench.run(build);
            assertThat(bench.verify(build, second)).as(build).isEmpty();
            assertThat(bench.settle(build, second)).as(build).isEqualTo(DONE);
            assertThat(bench.settle(build, concern)).as(build).isEqualTo(DONE);
        }
    }

    @ParameterizedTest
    @ArgumentsSource(BenchOf.class)
    void cancelled_build_is_cleared_away(Bench bench) {
        Concern concern = bench.execute(TABLE).cancel("t", BUILD);
        assertThat(bench.invalid()).containsExactly("t_n");
        assertThat(bench.settleFailed(BUILD, concern)).isEqualTo(AGAIN);
        assertThat(bench.invalid()).isEmpty();
    }

    @ParameterizedTest
    @ArgumentsSource(BenchOf.class)
    void index_of_the_same_name_in_another_schema_stays(Bench bench) {
        bench.execute(TABLE).execute("create schema app; create table app.t (id int, n int)");
        bench.refused("create unique index concurrently t_n on public.t (n)");
        bench.script("set search_path = app, public");
        Concern concern = bench.kill("app.t", BUILD);
        assertThat(bench.settle(BUILD, concern)).isEqualTo(AGAIN);
        assertThat(bench.invalid()).containsExactly("t_n");
    }

    @ParameterizedTest
    @ArgumentsSource(BenchOf.class)
    void table_that_was_renamed_and_moved_meanwhile_is_still_the_same(Bench bench) {
        Concern concern = bench.execute(TABLE).kill("t", BUILD);
        bench.execute(
                "create schema app; alter table t rename to u; alter table u set schema app; create table t (n int)");
        assertThat(bench.settle(BUILD, concern)).isEqualTo(AGAIN);
        assertThat(bench.invalid()).isEmpty();
    }

    @ParameterizedTest
    @ArgumentsSource(BenchOf.class)
    void index_under_another_name_or_a_table_that_is_gone_needs_a_person(Bench bench) {
        Concern concern = bench.execute(TABLE).kill("t", BUILD);
        bench.execute("alter index t_n rename to other");
        assertThat(why(bench.settle(BUILD, concern))).contains("the invalid index public.other");
        bench.execute("drop table t");
        bench.execute(TABLE);
        assertThat(why(bench.settle(BUILD, concern))).contains("its table public.t (OID ");
        assertThat(bench.settleFailed(BUILD, concern)).isEqualTo(AGAIN);
    }

    @ParameterizedTest
    @ArgumentsSource(BenchOf.class)
    void invalid_index_from_before_is_not_taken_for_the_wanted_one_and_stays(Bench bench) {
        String build = "create unique index concurrently if not exists t_n on t (n)";
        bench.execute(TABLE).refused("create unique index concurrently t_n on t (n)");
        Concern concern = bench.run(build);
        assertThat(bench.verify(build, concern).orElseThrow().message())
                .isEqualTo("index public.t_n is there, but it is not valid");
        assertThat(bench.settle(build, concern)).isEqualTo(AGAIN);
        assertThat(bench.settleFailed(build, concern)).isEqualTo(AGAIN);
        assertThat(bench.invalid()).containsExactly("t_n");
    }

    @ParameterizedTest
    @ArgumentsSource(BenchOf.class)
    void new_index_of_another_name_and_form_is_no_work_of_the_statement(Bench bench) {
        Concern concern = bench.execute(TABLE).resolve(BUILD);
        bench.execute("create index other on t (id, n)");
        assertThat(bench.settle(BUILD, concern)).isEqualTo(AGAIN);
        bench.execute("create index another on t (id)");
        assertThat(why(bench.settle(BUILD, concern))).contains("index public.another, which may be its work");
    }

    @ParameterizedTest
    @ArgumentsSource(BenchOf.class)
    void index_of_the_name_but_of_another_form_is_not_the_wanted_one(Bench bench) {
        for (String other : List.of(
                "create index t_n on t (id)",
                "create unique index t_n on t (id, n)",
                "create unique index t_n on t (id) where n > 0",
                "create unique index t_n on t (id) include (n)",
                "create unique index t_n on t (id) nulls not distinct")) {
            String build = "create unique index concurrently if not exists t_n on t (id)";
            bench.execute("drop table if exists t").execute(TABLE);
            Concern early = bench.resolve(build);
            bench.execute(other);
            assertThat(why(bench.settle(build, early))).as(other).contains("not a unique btree index of 1 key");
            Concern concern = bench.run(build);
            assertThat(bench.verify(build, concern).orElseThrow().why())
                    .as(other)
                    .contains("not a unique btree");
        }
    }

    @ParameterizedTest
    @ArgumentsSource(BenchOf.class)
    void name_that_belongs_to_something_else_is_no_index(Bench bench) {
        String build = "create index concurrently if not exists t_n on t (n)";
        bench.execute(TABLE).execute("create view t_n as select 1");
        Concern concern = bench.run(build);
        assertThat(bench.verify(build, concern).orElseThrow())
                .isEqualTo(new Flaw(
                        "index t_n was not made",
                        "the name belongs to public.t_n, which is not an index of its table",
                        "rename or drop what has its name, or give the index another one"));
        bench.execute("drop view t_n; create table u (n int); create index t_n on u (n)");
        assertThat(bench.verify(build, bench.run(build))).isPresent();
        assertThat(bench.settle(build, concern)).isEqualTo(AGAIN);
        bench.execute("drop table u; create index t_n on t (n)");
        assertThat(bench.verify(build, bench.run(build))).isEmpty();
    }

    @ParameterizedTest
    @ArgumentsSource(BenchOf.class)
    void valid_index_from_before_is_not_the_work_of_a_statement_that_died(Bench bench) {
        Concern concern =
                bench.execute(TABLE).execute("create index t_n on t (id)").resolve(BUILD);
        assertThat(bench.settle(BUILD, concern)).isEqualTo(AGAIN);
        // somebody rebuilds it, which gives it another OID
        bench.execute("reindex index concurrently t_n");
        assertThat(bench.settle(BUILD, concern)).isEqualTo(AGAIN);
        assertThat(bench.rows("select 't_n'::regclass")).hasSize(1);
    }

    @ParameterizedTest
    @ArgumentsSource(BenchOf.class)
    void index_without_a_name_is_cleared_away_when_invalid_and_needs_a_person_when_whole(Bench bench) {
        String build = "create unique index concurrently on t (n)";
        Concern concern =
                bench.execute(TABLE).execute("create index other on t (n)").fail(build);
        assertThat(bench.invalid()).containsExactly("t_n_idx");
        assertThat(bench.settleFailed(build, concern)).isEqualTo(AGAIN);
        assertThat(bench.invalid()).isEmpty();
        bench.execute("update t set n = id");
        concern = bench.kill("t", build);
        assertThat(bench.settle(build, concern)).isEqualTo(AGAIN);
        assertThat(bench.invalid()).isEmpty();
        Concern whole = bench.run(build);
        assertThat(bench.verify(build, whole)).isEmpty();
        assertThat(why(bench.settle(build, concern))).contains("index public.t_n_idx");
    }

    @ParameterizedTest
    @ArgumentsSource(BenchOf.class)
    void partitioned_table_is_refused_by_the_server_and_leaves_nothing(Bench bench) {
        bench.execute("create table t (n int) partition by list (n); create table t1 partition of t for values in (1)");
        Concern concern = bench.fail(BUILD);
        assertThat(bench.settleFailed(BUILD, concern)).isEqualTo(AGAIN);
        assertThat(bench.settle(BUILD, concern)).isEqualTo(AGAIN);
        String leaf = "create index concurrently t1_n on t1 (n)";
        assertThat(bench.settle(leaf, bench.kill("t1", leaf))).isEqualTo(AGAIN);
        assertThat(bench.invalid()).isEmpty();
    }

    @ParameterizedTest
    @ArgumentsSource(BenchOf.class)
    void index_that_somebody_else_builds_at_this_moment_is_left_alone(Bench bench) throws Exception {
        try (Person holder = bench.open();
                Person other = bench.open()) {
            Concern concern = bench.execute(TABLE).resolve(BUILD);
            holder.execute("begin isolation level repeatable read; select * from t");
            var build = Bench.inThread(() -> other.execute(BUILD));
            while (bench.rows("select 1 from pg_index where indexrelid = to_regclass('t_n') and indisready")
                    .isEmpty()) {
                Thread.onSpinWait();
            }
            Settled settled = bench.settleFailed(BUILD, concern);
            assertThat(why(settled)).contains("session " + other.pid() + " builds an index of its table");
            assertThat(((Settled.Unknown) settled).help())
                    .isEqualTo("run the same command again when that session has ended");
            holder.execute("commit");
            build.get();
            assertThat(bench.invalid()).isEmpty();
            assertThat(bench.rows("select 't_n'::regclass")).hasSize(1);
        }
    }

    @ParameterizedTest
    @ArgumentsSource(BenchOf.class)
    void index_is_cleared_away_with_the_rights_of_its_owner_or_the_command_is_told(Bench bench) {
        String owner = "owner_" + bench.database();
        String deploy = "deploy_" + bench.database();
        String stranger = "stranger_" + bench.database();
        bench.execute("create role " + owner + "; create role " + stranger + "; create role " + deploy + " noinherit;"
                + " grant " + owner + " to " + deploy + "; create schema app; grant all on schema app to " + owner
                + ", "
                + deploy);
        bench.script("set session authorization " + deploy + "; set role " + owner
                + "; set search_path = app; create table t (n int)");
        Concern concern = bench.kill("app.t", BUILD);
        Settled refused = bench.settleAs(stranger, BUILD, concern);
        assertThat(why(refused)).startsWith("what it has left could not be cleared away: permission denied");
        assertThat(((Settled.Unknown) refused).help())
                .startsWith("run: drop index concurrently if exists app.t_n; and run");
        assertThat(bench.settleAs(deploy, BUILD, concern)).isEqualTo(AGAIN);
        assertThat(bench.invalid()).isEmpty();
        bench.each("drop owned by " + owner, "drop owned by " + deploy);
        bench.each("drop role " + deploy, "drop role " + owner, "drop role " + stranger);
    }

    @ParameterizedTest
    @ArgumentsSource(BenchOf.class)
    void hostile_objects_in_the_search_path_are_not_called(Bench bench) {
        bench.execute(
                "create function public.trap(oid, oid) returns bool language plpgsql as"
                        + " 'begin raise exception ''trapped''; end';"
                        + "create operator public.= (function = public.trap, leftarg = oid, rightarg = oid);"
                        + "create operator public.<> (function = public.trap, leftarg = oid, rightarg = oid);"
                        + "create function public.to_regclass(text) returns regclass language plpgsql as"
                        + " 'begin raise exception ''trapped''; end';"
                        + "create function public.format(text, name, name) returns text language plpgsql as"
                        + " 'begin raise exception ''trapped''; end';"
                        + "create function public.parse_ident(text) returns text[] language plpgsql as"
                        + " 'begin raise exception ''trapped''; end';"
                        + "create table public.pg_class (oid oid, relname name); create table public.pg_index (indexrelid oid);"
                        + "create domain public.oid as int; create domain public.text as int; create domain public.name as int");
        bench.execute("create table public.t (id int, n int)");
        bench.script("set search_path = public, pg_catalog");
        Concern concern = bench.kill("t", BUILD);
        assertThat(concern.all(Fact.Role.TABLE)).hasSize(1);
        bench.own().execute("set search_path = public, pg_catalog");
        assertThat(bench.settle(BUILD, concern)).isEqualTo(AGAIN);
        bench.script("set search_path = public, pg_catalog");
        assertThat(bench.verify(BUILD, bench.run(BUILD))).isEmpty();
    }

    static String why(Settled settled) {
        assertThat(settled).isInstanceOf(Settled.Unknown.class);
        return ((Settled.Unknown) settled).why();
    }
}
