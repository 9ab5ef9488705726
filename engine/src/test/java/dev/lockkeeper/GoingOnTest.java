package dev.lockkeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockkeeper.plan.Request;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Scripts that run statement by statement and go on in another session. */
@ExtendWith(Workshops.class)
@Tag("RUN-14")
class GoingOnTest {
    private static final String STOP = " vacuum public.gate; select 1 / (select count(*)::int from public.gate); ";

    private static void goOn(Workshop workshop, String before, String after) {
        workshop.execute("create table public.gate (id int)");
        workshop.migration(1, before + ";" + STOP + after, "");
        workshop.problem(workshop::apply);
        workshop.execute("insert into public.gate values (1)");
        workshop.retry("1").apply();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "set search_path = app | select current_setting('search_path') | app",
                "select set_config('search_path', 'app', false) | select current_setting('search_path') | app",
                "do 'begin perform set_config(''work_mem'', ''5MB'', false); end' | select current_setting('work_mem') | 5MB",
                "set my.thing = 'a b' | select current_setting('my.thing') | a b",
                "set role going_on | select current_user | going_on",
                "set session authorization going_on | select session_user | going_on",
                "prepare p (int) as select $1 + 1 | select count(*) from pg_prepared_statements where name = 'p' | 1",
                "listen news | select count(*) from pg_listening_channels() | 1",
                "set lock_timeout = '7s' | select current_setting('lock_timeout') | 7s",
                "reset lock_timeout | select current_setting('lock_timeout') | 2s",
                "set time zone 'Asia/Tokyo' | select current_setting('timezone') | Asia/Tokyo",
                "set session characteristics as transaction isolation level serializable | select"
                        + " current_setting('transaction_isolation') | serializable"
            })
    void script_finds_the_session_as_it_was_before_the_interruption(
            String before, String question, String answer, Workshop workshop) {
        workshop.execute(
                "create schema app; do $$ begin if to_regrole('going_on') is null then create role going_on; end if;"
                        + " end $$; create table public.answer (v text); grant insert on public.answer to public;"
                        + " grant usage on schema app, public to going_on");
        try {
            workshop.execute("grant all on schema public to going_on");
            goOn(
                    workshop,
                    "do 'begin execute ''grant select on public.gate to public''; end'; " + before,
                    "insert into public.answer " + question);
            assertThat(workshop.rows("select v from public.answer")).containsExactly(answer);
        } finally {
            workshop.execute("drop owned by going_on; drop role going_on");
        }
    }

    @Test
    void what_a_session_alone_has_is_refused_before_anything_runs(Workshop workshop) {
        workshop.execute("create table t (id int)");
        workshop.migration(
                1,
                "create table u (id int);\ncreate temp table x (id int);\nvacuum t;\ninsert into u select id from x;",
                "");
        Problem problem = workshop.problem(workshop::apply);
        assertThat(problem.code()).isEqualTo(Code.SESSION_NEEDED);
        assertThat(workshop.place(problem)).isEqualTo("V1__m1.sql:2:1");
        assertThat(workshop.tables()).containsExactly("t");
        workshop.migration(0, "create table v (id int)", "drop table v");
        workshop.migration(2, "create temp table y (id int); reindex table concurrently t; table y", "");
        assertThatThrownBy(() -> workshop.lockkeeper().plan(Request.apply()))
                .isInstanceOfSatisfying(
                        LockkeeperException.class,
                        e -> assertThat(e.problems())
                                .extracting(p -> workshop.place(p) + " " + p.code())
                                .containsExactly("V1__m1.sql:2:1 SESSION_NEEDED", "V2__m2.sql:1:1 SESSION_NEEDED"));
    }

    @Test
    void temporary_table_that_a_function_made_stops_the_script_from_going_on(Workshop workshop) {
        workshop.execute("create function f() returns void language plpgsql as"
                + " $$ begin create temp table x (id int); end $$; create table public.gate (id int)");
        workshop.migration(1, "select f();" + STOP + "select * from x", "");
        workshop.problem(workshop::apply);
        workshop.execute("insert into public.gate values (1)");
        Problem problem = workshop.problem(() -> workshop.retry("1").apply());
        assertThat(problem.code()).isEqualTo(Code.SESSION_NEEDED);
        assertThat(problem.message()).contains("temporary table x");
    }

    @Test
    @Tag("MIG-05")
    void statement_that_needs_no_transaction_is_known_before_anything_is_sent(Workshop workshop) {
        workshop.execute("create sequence s; create table t (id int)");
        workshop.migration(1, "select setval('s', nextval('s') + 1000); vacuum t;", "");
        assertThat(workshop.manners()).containsExactly("STATEMENTS");
        assertThat(workshop.rows("select last_value from s")).containsExactly("1001");
    }

    @Test
    @Tag("MIG-05")
    void procedure_that_commits_runs_statement_by_statement_and_once(Workshop workshop) {
        workshop.execute("create sequence s; create procedure p() language plpgsql as"
                + " $$ begin perform nextval('s'); commit; perform nextval('s'); end $$");
        workshop.migration(1, "select 1; call p();", "");
        assertThat(workshop.manners()).containsExactly("STATEMENTS");
        assertThat(workshop.rows("select last_value from s")).containsExactly("2");
    }

    @Test
    @Tag("MIG-05")
    void refusal_that_no_text_tells_keeps_nothing_where_something_could_happen_twice(Workshop workshop) {
        workshop.execute("create sequence s; create table parts (id int) partition by range (id);"
                + " create table part partition of parts default; create index on parts (id)");
        workshop.migration(1, "create table t as select nextval('s');\nreindex table parts;", "");
        Problem problem = workshop.problem(workshop::apply);
        assertThat(problem.help()).contains("-- lockkeeper:no-transaction");
        assertThat(workshop.tables()).doesNotContain("t");
        workshop.migration(
                1, "-- lockkeeper:no-transaction\ncreate table t as select nextval('s');\nreindex table parts;", "");
        workshop.retry("1").apply();
        assertThat(workshop.tables()).contains("t");
    }

    @Test
    void working_session_is_known_to_the_next_runner_whatever_the_script_has_dropped(Workshop workshop)
            throws Exception {
        workshop.execute("create table gate (id int); insert into gate values (1)");
        workshop.migration(
                1,
                "select pg_advisory_unlock_all(); discard all; set application_name = 'somebody';"
                        + " do $$ begin while exists (select from gate) loop perform pg_sleep(0.01); commit; end loop; end $$;",
                "");
        var run = Workshop.inThread(workshop::apply);
        org.awaitility.Awaitility.await()
                // before the run has made its record
                .ignoreExceptions()
                .until(() -> workshop.rows("select 1 from lockkeeper.journal where state = 'started' and ordinal = 4")
                                .size()
                        == 1);
        workshop.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'lockkeeper apply%'"
                        + " and application_name not like '%(work)' and datname = current_database()");
        Problem held = workshop.problem(() ->
                workshop.lockkeeper().run(dev.lockkeeper.plan.Request.apply(), java.time.Duration.ZERO, event -> {}));
        assertThat(held.code()).isEqualTo(Code.RUNNER_LOCK_HELD);
        workshop.execute("delete from gate");
        try {
            run.get(60, java.util.concurrent.TimeUnit.SECONDS);
        } catch (java.util.concurrent.ExecutionException expected) {
            assertThat(expected.getCause()).isInstanceOf(LockkeeperException.class);
        }
    }
}
