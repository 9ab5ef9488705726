package dev.lockkeeper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.apply.Event;
import dev.lockkeeper.database.Notice;
import dev.lockkeeper.plan.Policy;
import dev.lockkeeper.plan.Request;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Patience;
import dev.lockkeeper.source.Tokens;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a script finds in its session, leaves in it, and is told by the server. */
@ExtendWith(Workshops.class)
@Tag("RUN-14")
class ScriptSessionTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "prepare p as select 1",
                "declare c cursor with hold for select 1",
                "listen news",
                "select pg_advisory_lock(7)",
                "select nextval('s')",
                "create temp table left_over (id int)",
                "set work_mem = '5MB'",
                "set my.thing = 'x'",
                "select set_config('my.thing', 'x', false)",
                "do $$ begin perform set_config('my.' || 'thing', 'x', false); end $$",
                "set session authorization plain_one",
                "set role plain_one",
                "set datestyle = 'German, DMY'",
                "set time zone 'Asia/Tokyo'",
                "set client_encoding = 'LATIN1'",
                "discard all",
                "select pg_advisory_unlock_all()"
            })
    void next_script_finds_nothing_of_what_an_earlier_one_has_left(String leaving, Workshop workshop) {
        workshop.execute("create sequence s; do $$ begin if to_regrole('plain_one') is null then create role plain_one;"
                + " end if; end $$");
        String look = "create table found as select (select count(*) from pg_prepared_statements) p,"
                + " (select count(*) from pg_cursors where is_holdable) c,"
                + " (select count(*) from pg_listening_channels()) l,"
                + " (select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()) a,"
                + " pg_my_temp_schema() = 0 t, current_setting('work_mem') w, current_setting('my.thing', true) is null m,"
                + " session_user || ' ' || current_user u, current_setting('datestyle') d, current_setting('timezone') z;";
        workshop.migration(1, leaving, "").migration(2, look, "");
        workshop.apply();
        String together = String.join("", workshop.rows("select * from found"));
        workshop.execute("drop table found; drop schema lockkeeper cascade");
        workshop.migration(1, "select 1", "");
        workshop.apply();
        assertThat(together).isEqualTo(String.join("", workshop.rows("select * from found")));
    }

    @Test
    void setting_of_the_database_holds_for_the_next_script_of_the_same_run(Workshop workshop) {
        workshop.migration(
                1,
                "create schema app; do $$ begin execute format('alter database %I set search_path = app',"
                        + " current_database()); end $$",
                "");
        workshop.migration(2, "create table t (id int)", "");
        workshop.apply();
        assertThat(workshop.rows("select relnamespace::regnamespace from pg_class where relname = 't'"))
                .containsExactly("app");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alter role current_user in database %I set work_mem = '5MB'",
                "alter role current_user in database %I reset work_mem",
                "alter database %I set work_mem = '5MB'",
                "alter database %I reset all",
            })
    void setting_that_a_script_changes_holds_for_the_next_one_whether_the_server_counts_or_not(
            String change, Workshop workshop) {
        for (String counts : List.of("on", "off")) {
            workshop.execute(
                    "do $$ begin execute format('alter database %I set work_mem = ''7MB''', current_database());"
                            + " execute format('alter role current_user in database %I set work_mem = ''6MB''', current_database());"
                            + " execute format('alter database %I set track_counts = " + counts
                            + "', current_database()); end $$");
            workshop.migration(
                    1,
                    "do $$ begin execute format('" + change.replace("'", "''") + "', current_database()); end $$",
                    "");
            workshop.migration(2, "create table found as select current_setting('work_mem')", "");
            workshop.apply();
            List<String> together = workshop.rows("select * from found");
            workshop.execute("drop table found; drop schema lockkeeper cascade");
            workshop.migration(1, "select 1", "");
            workshop.apply();
            assertThat(together).as(counts).isEqualTo(workshop.rows("select * from found"));
            workshop.execute("drop table found; drop schema lockkeeper cascade");
        }
    }

    @Test
    void setting_that_somebody_else_changes_during_a_script_holds_for_the_next_one(Workshop workshop) {
        workshop.migration(1, "select pg_sleep(1)", "");
        workshop.migration(2, "create table found as select current_setting('work_mem')", "");
        workshop.lockkeeper().run(Request.apply(), Duration.ofSeconds(30), event -> {
            if (event instanceof Event.StepStarted started && started.number() == 1) {
                workshop.execute("do $$ begin execute format('alter database %I set work_mem = ''5MB''',"
                        + " current_database()); end $$");
            }
        });
        assertThat(workshop.rows("select * from found")).containsExactly("5MB");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "timezone = 'Asia/Tokyo' | timezone | Asia/Tokyo",
                "datestyle = 'ISO, DMY' | datestyle | ISO, DMY",
                "datestyle = 'German' | datestyle | German, DMY",
                "extra_float_digits = 0 | extra_float_digits | 0"
            })
    void script_finds_what_the_database_prescribes_where_the_driver_says_otherwise(
            String setting, String name, String value, Workshop workshop) {
        workshop.execute("do $$ begin execute format('alter database %I set " + setting.replace("'", "''")
                + "', current_database()); end $$");
        workshop.migration(1, "create table t as select current_setting('" + name + "') as v", "");
        workshop.apply();
        assertThat(workshop.rows("select v from t")).containsExactly(value);
    }

    @Test
    void script_chooses_its_isolation_level(Workshop workshop) {
        workshop.migration(
                1,
                "set transaction isolation level serializable;"
                        + " create table t as select current_setting('transaction_isolation') as level",
                "");
        workshop.apply();
        assertThat(workshop.rows("select level from t")).containsExactly("serializable");
    }

    @Test
    void deferred_triggers_fire_as_the_script_has_left_the_session(Workshop workshop) {
        workshop.execute("create schema app; create table app.log (who text, path text); create table app.t (id int);"
                + " create function app.f() returns trigger language plpgsql as $$ begin insert into app.log values"
                + " (current_user, current_setting('search_path')); return null; end $$;"
                + " create constraint trigger late after insert on app.t deferrable initially deferred for each row"
                + " execute function app.f(); do $$ begin if to_regrole('stepped_down') is null then create role"
                + " stepped_down; end if; end $$; grant usage on schema app to stepped_down; grant insert on app.t,"
                + " app.log to stepped_down");
        try {
            workshop.migration(1, "set role stepped_down; set search_path = app; insert into t values (1)", "");
            workshop.apply();
            assertThat(workshop.rows("select who, path from app.log")).containsExactly("stepped_down|app");
        } finally {
            workshop.execute("drop owned by stepped_down; drop role stepped_down");
        }
    }

    @Test
    void deferred_constraint_that_fails_names_the_file_and_keeps_nothing(Workshop workshop) {
        workshop.execute(
                "create table a (id int primary key); create table b (id int references a deferrable initially deferred)");
        workshop.migration(1, "create table c (id int); insert into b values (1)", "");
        Problem problem = workshop.problem(workshop::apply);
        assertThat(problem.message()).contains("violates foreign key constraint");
        assertThat(workshop.place(problem)).isEqualTo("V1__m1.sql");
        assertThat(workshop.tables()).containsExactly("a", "b");
    }

    @Test
    @Tag("RUN-04")
    void limit_on_waiting_is_back_after_a_statement_that_waits_without_end(Workshop workshop) {
        workshop.migration(
                1,
                "create table t (id int); create table before_it as select current_setting('lock_timeout') v;"
                        + " create index concurrently i on t (id);"
                        + " create table after_it as select current_setting('lock_timeout') v",
                "");
        workshop.apply();
        assertThat(workshop.rows("select v from after_it")).isEqualTo(workshop.rows("select v from before_it"));
    }

    @Test
    @Tag("RUN-15")
    void warnings_and_notices_are_told_with_their_place(Workshop workshop) {
        workshop.migration(
                1, "select 1;\ndo $$ begin raise notice 'so so'; raise warning '17 rows have none'; end $$;", "");
        List<Event.Said> said = new ArrayList<>();
        workshop.lockkeeper().run(Request.apply(), Duration.ofSeconds(30), event -> {
            if (event instanceof Event.Said heard) {
                said.add(heard);
            }
        });
        assertThat(said)
                .extracting(Event.Said::notice)
                .extracting(Notice::message)
                .containsExactly("so so", "17 rows have none");
        assertThat(said.get(0).notice().isWarning()).isFalse();
        assertThat(said.get(1).notice().isWarning()).isTrue();
        assertThat(said.get(1).place().line()).isEqualTo(2);
    }

    @Test
    @Tag("RUN-15")
    void grant_that_grants_nothing_fails_unless_the_script_accepts_it(Workshop workshop) {
        workshop.execute(
                "create schema s; create table s.t (id int); do $$ begin if to_regrole('powerless') is null then"
                        + " create role powerless; end if; end $$; grant usage on schema s to powerless");
        try {
            String grant = "set role powerless;\ngrant select on s.t to public;";
            workshop.execute("grant select on s.t to powerless");
            workshop.migration(1, grant, "");
            Problem problem = workshop.problem(workshop::apply);
            assertThat(problem.code()).isEqualTo(Code.NOT_GRANTED);
            assertThat(workshop.place(problem)).isEqualTo("V1__m1.sql:2:1");
            assertThat(workshop.rows("select * from lockkeeper.history")).isEmpty();
            workshop.migration(1, "-- lockkeeper:accept 01007\n" + grant, "");
            workshop.apply();
            assertThat(workshop.history()).containsExactly("1|applied");
        } finally {
            workshop.execute("drop owned by powerless; drop role powerless");
        }
    }

    @Test
    void copy_to_the_client_runs_and_its_rows_are_dropped(Workshop workshop) {
        workshop.migration(
                1,
                "create table t (id int); insert into t values (1); copy t to stdout; insert into t values (2);"
                        + " copy (select * from t) to stdout with (format csv)",
                "");
        workshop.apply();
        assertThat(workshop.rows("select id from t order by 1")).containsExactly("1", "2");
    }

    @Test
    void latin_one_is_a_setting_that_a_script_with_copy_data_may_choose(Workshop workshop) {
        workshop.migration(
                1,
                "set client_encoding = 'LATIN1';\ncreate table t (v text);\ncopy t from stdin;\nabc\n\\.\nselect 1;",
                "");
        workshop.apply();
        assertThat(workshop.rows("select v from t")).containsExactly("abc");
    }

    @Test
    void date_style_that_the_driver_does_not_understand_is_refused_before_anything_runs(Workshop workshop) {
        workshop.migration(
                1, "create table t (v text);\nset datestyle = 'German';\ncopy t from stdin;\nabc\n\\.\n", "");
        Problem problem = workshop.problem(workshop::apply);
        assertThat(problem.code()).isEqualTo(Code.TEXT_SETTING);
        assertThat(workshop.place(problem)).isEqualTo("V1__m1.sql:2:1");
        assertThat(workshop.tables()).isEmpty();
    }

    @Test
    @Tag("RUN-04")
    void limit_of_the_database_is_named_and_repeating_is_not_advised(Workshop workshop) {
        workshop.execute("do $$ begin execute format('alter database %I set statement_timeout = ''300ms''',"
                + " current_database()); end $$");
        workshop.migration(1, "select pg_sleep(20)", "");
        Problem problem = workshop.problem(workshop::apply);
        assertThat(problem.code()).isEqualTo(Code.STATEMENT_TIMEOUT);
        assertThat(problem.why()).contains("statement_timeout is 300 ms").contains(" in database ");
        assertThat(problem.help()).doesNotContain("same command");
    }

    @Test
    @Tag("RUN-04")
    void limit_of_the_project_is_named(Workshop workshop) {
        workshop.migration(1, "select pg_sleep(20)", "");
        Policy policy = new Policy(true, false, false, new Patience(Duration.ZERO, Duration.ofMillis(300), 1));
        Problem problem =
                workshop.problem(() -> Workshop.run(workshop.lockkeeper(policy, Tokens.none()), Request.apply()));
        assertThat(problem.code()).isEqualTo(Code.STATEMENT_TIMEOUT);
        assertThat(problem.why()).contains("statement-timeout of the project is 300 ms");
    }

    @Test
    @Tag("RUN-13")
    void hostile_function_in_public_is_not_called(Workshop workshop) {
        workshop.execute("create table stolen (what text);"
                + " create function public.format(text, name, name) returns text language plpgsql as"
                + " $$ begin insert into stolen values ('format'); return ''; end $$;"
                + " create function public.to_char(timestamptz, text) returns text language plpgsql as"
                + " $$ begin insert into stolen values ('to_char'); return ''; end $$;"
                + " do $$ begin execute format('alter database %I set search_path = public, pg_catalog',"
                + " current_database()); end $$");
        workshop.migration(1, "create table a (id int)", "drop table a");
        workshop.apply();
        workshop.lockkeeper().status();
        workshop.run(Request.rollback(1));
        assertThat(workshop.rows("select * from stolen")).isEmpty();
    }
}
