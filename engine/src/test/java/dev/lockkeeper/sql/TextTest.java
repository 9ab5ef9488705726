package dev.lockkeeper.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.sql.Statement.Kind;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What statements tell by their text alone. */
@Tag("RUN-03")
class TextTest {
    private static Statement only(String sql) {
        return Splitter.split(sql).get(0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "copy t to stdout",
                "COPY (select 1 from t) TO STDOUT WITH (format csv)",
                "copy s.\"T\" (a, b) to /* where? */ stdout",
                "copy binary t to stdout",
                "copy t to stdin"
            })
    void copy_that_sends_data_is_known(String sql) {
        assertThat(only(sql).kind()).isEqualTo(Kind.COPY_OUT);
        assertThat(only(sql).copyData()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "copy t to '/tmp/stdout'",
                "copy t to program 'cat > stdout'",
                "select copy, t from stdout",
                "copy t from 'to stdout'",
                "create table copy (stdout int)"
            })
    void copy_to_elsewhere_is_ordinary(String sql) {
        assertThat(only(sql).kind()).isEqualTo(Kind.ORDINARY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create temp table t (i int)",
                "create temporary view v as select 1",
                "create or replace temp view v as select 1",
                "create local /* c */ temporary sequence s",
                "create global temp table t (i int) on commit delete rows",
                "create temp table \"on commit drop\" (i int)",
                "create temp table if not exists t as select 1",
                "create table pg_temp.t (i int)",
                "create function pg_temp.f() returns int language sql return 1",
                "create type \"pg_temp\".e as enum ('a')",
                "select 1 as a into temp t",
                "select 1 as a into temp \"T\"",
                "select 1 as a into temporary table \"T\"",
                "with w as (select 1 as a) select a into local temp t from w",
                "explain analyze create temp table t as select 1",
                "insert into pg_temp.t values (1)",
                "select pg_temp.f()",
                "select currval('s')",
                "insert into t values (lastval())",
                "select pg_catalog.currval('s')",
                "select setseed(0.5)",
                "set seed = 0.5",
                "set session seed to 0.5",
                "set search_path = pg_temp, public",
                "set search_path to 'pg_temp'",
                "set search_path to \"pg_temp\", public",
                "declare c cursor with hold for select 1",
                "declare c scroll cursor /* with */ with hold for select 1",
                "load 'auto_explain'",
                "select pg_advisory_lock(1)",
                "select pg_try_advisory_lock_shared(1, 2)",
                "select dblink_connect('a', 'dbname=x')",
                "select pg_replication_origin_session_setup('o')"
            })
    void what_ends_with_its_session_is_told(String sql) {
        assertThat(Unrestorable.in(only(sql)))
                .as(sql)
                .hasValueSatisfying(said -> assertThat(said).startsWith("it "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create table temp (i int)",
                "create table t (temp int, currval int, lastval text)",
                "create table temp.t (i int)",
                "create temp table t on commit drop as select 1",
                "create temp table t (i int) on commit drop",
                "select 1 into temp",
                "select 1 into temp from t",
                "select * into t from temp",
                "insert into temp values (1)",
                "insert into temp (a) select 1",
                "with w as (select 1) insert into temp select 1",
                "merge into temp t using u on true when matched then do nothing",
                "with w as (select 1) merge into temp t using u on true when matched then do nothing",
                "select 1 into temp . t",
                "drop table if exists pg_temp.t",
                "select 'create temp table t (i int)', 'currval(''s'')'",
                "create function f() returns int language plpgsql as $$ begin create temp table t (i int); return 1; end $$",
                "select \"setseed\" from t /* setseed(1) */",
                "select nextval('s'), setval('s', 3)",
                "set search_path = public, pg_temp",
                "set work_mem = '4MB'",
                "declare c cursor for select 'with hold'",
                "select set_config('a' || b, c, true) from t",
                "select set_config('a.b', f(c, 'd'), false)",
                "do $$ begin perform set_config('a.b', '1', false); end $$",
                "create function f(n text) returns text language sql as $$ select set_config(n, '1', false) $$",
                "select pg_advisory_xact_lock(1)",
                "listen x",
                "prepare p as select 1"
            })
    void what_another_session_can_be_given_is_not(String sql) {
        assertThat(Unrestorable.in(only(sql))).as(sql).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select set_config('a.' || b, 'c', false) from t",
                "select set_config(lower('A.B'), 'c', 'true')",
                "select set_config(name, value, local) from t",
                "do $$ begin perform set_config(format('a.%s', 1), 'c', false); end $$",
                "do $$ begin execute 'set a.' || 'b = 1'; end $$",
                "do $$ begin execute format('set a.%I = 1', 'b'); end $$"
            })
    void setting_whose_name_only_the_server_could_tell_is_needed_of_the_session(String sql) {
        assertThat(Unrestorable.in(only(sql)).orElse("")).as(sql).startsWith("it makes a setting whose name");
    }

    private static CustomSettings settings(String script) {
        return CustomSettings.in(Splitter.split(script));
    }

    @Test
    void names_of_settings_that_a_script_makes_up_are_found() {
        assertThat(settings("set my.user = 'a'; SET SESSION \"My\" . deep.Er TO 1; set local l.m = 1;"
                                + " select set_config('f.g', 'x', false), pg_catalog.set_config(e'h.i', '', true);"
                                + " do $$ begin execute $q$ set in.body = 1 $q$; perform set_config('in.call', '', false); end $$;"
                                + " select run('set in.string = ''x'''), set_config('work_mem', '1MB', false)")
                        .names())
                .isEqualTo(Set.of("my.user", "my.deep.er", "l.m", "f.g", "h.i", "in.body", "in.call", "in.string"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "set my.user = 1",
                "select set_config('a' || '.b', '1', false)",
                "select setseed(1)",
                "set seed to 1",
                "load 'x'",
                "select dblink_connect('c', '')",
                "select dblink('dbname=x', 'select 1')",
                "select pg_replication_origin_session_setup('o')",
                "do $$ begin perform setseed(1); end $$",
                "do $$ begin execute 'load ''x'''; end $$",
                "select \"set_config\"('a.b', '', false)"
            })
    void what_may_be_left_unseen_in_the_session_is_told(String sql) {
        assertThat(settings(sql).mayLeaveHiddenState()).as(sql).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "set work_mem = '4MB'",
                "update t set a = b.c from b",
                "insert into t values ('unset')",
                "select 1 -- set_config('a.b')",
                "select payload, dataset from t",
                "create table t (i int)"
            })
    void ordinary_statements_leave_nothing_unseen(String sql) {
        assertThat(settings(sql)).as(sql).isEqualTo(new CustomSettings(Set.of(), false, false));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "grant select on t to r",
                "REVOKE all on t from r",
                "alter default privileges grant select on tables to r",
                "do $$ begin execute 'grant select on t to r'; end $$",
                "select app.grant_access('r')",
                "select run('revoke all on t from r')"
            })
    void rights_may_be_given_by_commands_bodies_and_functions(String sql) {
        assertThat(Grants.in(only(sql))).as(sql).isTrue();
    }

    @Test
    void rights_in_a_comment_are_not_given() {
        assertThat(Grants.in(only("select 1 /* grant */ + -- revoke\n 1"))).isFalse();
    }
}
