package dev.lockkeeper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.plan.Request;
import dev.lockkeeper.plan.Status;
import dev.lockkeeper.plan.Step;
import dev.lockkeeper.source.Version;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a later migration does to what a repeatable script has made. */
@ExtendWith(Workshops.class)
@Tag("RUN-16")
class RepeatableLossTest {
    private static Workshop first(Workshop workshop, String script) {
        return workshop.migration(1, "create table t (i int, j int); create table u (i int)", "drop table t, u")
                .write("R__r.sql", script);
    }

    private static List<String> names(List<Step> steps) {
        return steps.stream().map(Step::name).toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "create or replace view v as select i from t | drop view v",
                "create or replace view v as select i from t | drop view v; create view v as select j as i from t",
                "create or replace view v as select i from t | create or replace view v as select i + 0 as i from t",
                "drop materialized view if exists m; create materialized view m as select i from t | drop materialized view m",
                "create or replace function f() returns int language sql return 1 | drop function f()",
                "create or replace function f() returns int language sql return 1"
                        + " | create or replace function f() returns int language sql return 2",
                "create index if not exists t_i on t (i) | drop index t_i",
                "drop trigger if exists g on t; create or replace function g() returns trigger language plpgsql as"
                        + " 'begin return new; end'; create trigger g before insert on t for each row execute function"
                        + " g() | drop trigger g on t",
                "drop policy if exists p on t; create policy p on t using (true) | drop policy p on t",
                "drop policy if exists p on t; create policy p on t using (true) | alter policy p on t using (false)",
                "grant select on u to public | drop table u; create table u (i int)",
                "do $$ begin create or replace view v as select 1 as x; exception when others then raise; end $$ | drop view v",
                "do $$ begin create type mood as enum ('good'); exception when duplicate_object then null; end $$"
                        + " | drop type mood",
                "create or replace rule r as on insert to u do also nothing | drop rule r on u"
            })
    void script_whose_work_a_migration_undoes_runs_again_in_the_same_command(
            String script, String later, Workshop workshop) {
        runsAgain(script, later, workshop);
    }

    private static void runsAgain(String script, String later, Workshop workshop) {
        first(workshop, script).apply();
        assertThat(workshop.apply().steps()).isEmpty();
        workshop.migration(2, later, "select 1");
        assertThat(names(workshop.apply().steps())).containsExactly("2", "R__r");
        assertThat(workshop.apply().steps()).isEmpty();
        assertThat(workshop.rows("select count(*) from lockkeeper.repeatable")).containsExactly("2");
    }

    @Test
    void script_whose_work_stays_does_not_run_again(Workshop workshop) {
        first(
                        workshop,
                        "create or replace view v as select i from t; create or replace function f() returns int language"
                                + " sql return 1; comment on view v is 'a'; grant select on v to public")
                .apply();
        workshop.migration(
                2,
                "create view w as select * from v; alter table t add k int; grant insert on v to public; analyze t",
                "drop view w; alter table t drop k");
        assertThat(names(workshop.apply().steps())).containsExactly("2");
        assertThat(workshop.lockkeeper().status().count(Status.State.CHANGED)).isZero();
    }

    @Test
    void what_an_earlier_run_has_made_is_known_although_a_later_one_left_it_alone(Workshop workshop) {
        first(workshop, "create index if not exists t_i on t (i)").apply();
        workshop.write("R__r.sql", "-- again\ncreate index if not exists t_i on t (i)")
                .apply();
        workshop.migration(2, "drop index t_i", "select 1");
        assertThat(names(workshop.apply().steps())).containsExactly("2", "R__r");
    }

    @Test
    void script_that_ran_in_no_transaction_runs_again_after_each_migration(Workshop workshop) {
        first(workshop, "create index concurrently if not exists t_i on t (i)").apply();
        workshop.migration(2, "drop index t_i", "select 1");
        assertThat(names(workshop.apply().steps())).containsExactly("2", "R__r");
        assertThat(workshop.rows("select count(*) from pg_class where relname = 't_i'"))
                .containsExactly("1");
    }

    @Test
    void interrupted_command_leaves_the_script_to_the_next(Workshop workshop) {
        first(workshop, "create or replace view v as select i from t").apply();
        workshop.migration(2, "drop view v", "select 1");
        // up to a version no repeatable script runs, as if the command had ended there
        workshop.run(Request.applyTo(Version.parse("2").orElseThrow()));
        Status status = workshop.lockkeeper().status();
        assertThat(status.count(Status.State.CHANGED)).isEqualTo(1);
        Step step = workshop.lockkeeper().plan(Request.apply()).steps().get(0);
        assertThat(((Step.Repeat) step).reason()).contains("a later migration dropped or changed what it made");
        assertThat(names(workshop.apply().steps())).containsExactly("R__r");
    }

    @Test
    void upgraded_database_is_like_a_new_one_on_the_oldest_server(Workshops.Opener opener) {
        runsAgain("create or replace view v as select i from t", "drop view v", opener.on(15));
    }
}
