package dev.lockkeeper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.plan.Plan;
import dev.lockkeeper.plan.Policy;
import dev.lockkeeper.plan.Request;
import dev.lockkeeper.plan.Status;
import dev.lockkeeper.plan.Step;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Tokens;
import dev.lockkeeper.source.Version;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Scripts without a version. */
@ExtendWith(Workshops.class)
@Tag("MIG-06")
class RepeatableTest {
    private static final String RUNS = "select name from lockkeeper.repeatable order by id";

    private static List<String> names(Plan plan) {
        return plan.steps().stream().map(Step::name).toList();
    }

    @Test
    void scripts_run_after_all_migrations_and_again_only_when_they_change(Workshop workshop) {
        workshop.migration(1, "create table t (id int);", "drop table t;")
                .write("R__totals.sql", "create or replace view totals as select count(*) as n from t;");
        assertThat(names(workshop.apply())).containsExactly("1", "R__totals");
        assertThat(names(workshop.apply())).isEmpty();
        workshop.write("R__totals.sql", "create or replace view totals as select count(*) as n, 1 as one from t;");
        assertThat(names(workshop.apply())).containsExactly("R__totals");
        assertThat(workshop.rows("select one from totals")).containsExactly("1");
        assertThat(workshop.rows(RUNS)).containsExactly("totals", "totals");
    }

    @Test
    void script_comes_after_those_that_define_what_it_mentions_whatever_their_names(Workshop workshop) {
        workshop.write("R__a_view.sql", "create or replace view a_view as select * from \"b view\";")
                .write("R__b.sql", "create or replace view public.\"b view\" as select c_twice(1) as n;")
                .write(
                        "R__c.sql",
                        "create or replace function c_twice(n int) returns int language sql as $$ select 2 * n $$;")
                .write("R__d.sql", "create or replace view d as select 1 as a; -- not a_view");
        assertThat(names(workshop.apply())).containsExactly("R__c", "R__b", "R__a_view", "R__d");
    }

    @Test
    void scripts_that_need_each_other_run_in_the_order_of_their_names(Workshop workshop) {
        workshop.write("R__even.sql", """
                create or replace function even(n int) returns bool language plpgsql as
                $$ begin return n = 0 or odd(n - 1); end $$;""").write("R__odd.sql", """
                create or replace function odd(n int) returns bool language plpgsql as
                $$ begin return n <> 0 and even(n - 1); end $$;""");
        assertThat(workshop.rows("select 1")).hasSize(1);
        assertThat(names(workshop.apply())).containsExactly("R__even", "R__odd");
        assertThat(workshop.rows("select even(10)")).containsExactly("t");
    }

    @Test
    void script_that_needs_a_changed_one_runs_again_since_its_view_may_be_gone(Workshop workshop) {
        workshop.write("R__base.sql", "drop view if exists base cascade; create view base as select 1 as a;")
                .write("R__top.sql", "create or replace view top as select a from base;")
                .apply();
        workshop.write("R__base.sql", "drop view if exists base cascade; create view base as select 2 as b, 1 as a;");
        Plan plan = workshop.apply();
        assertThat(names(plan)).containsExactly("R__base", "R__top");
        assertThat(plan.steps().get(1))
                .isInstanceOfSatisfying(
                        Step.Repeat.class, step -> assertThat(step.reason()).isEqualTo("it needs R__base"));
        assertThat(workshop.rows("select * from top")).containsExactly("1");
    }

    @Test
    void another_value_of_a_token_makes_it_another_script(Workshop workshop) {
        workshop.write("R__n.sql", "create or replace function n() returns int language sql return ${n};");
        Workshop.run(
                workshop.lockkeeper(Policy.strict(), new Tokens(Set.of("n"), Map.of("n", "1"), false)),
                Request.apply());
        Workshop.run(
                workshop.lockkeeper(Policy.strict(), new Tokens(Set.of("n"), Map.of("n", "2"), false)),
                Request.apply());
        assertThat(workshop.rows("select n()")).containsExactly("2");
    }

    @Test
    void script_runs_again_after_a_rollback_which_may_have_dropped_what_it_made(Workshop workshop) {
        workshop.migration(1, "create table t (id int);", "drop table t cascade;")
                .write("R__v.sql", "create or replace view v as select * from t;")
                .apply();
        workshop.run(Request.rollback(1));
        assertThat(workshop.rows("select to_regclass('v') is null")).containsExactly("t");
        Plan plan = workshop.apply();
        assertThat(names(plan)).containsExactly("1", "R__v");
        assertThat(((Step.Repeat) plan.steps().get(1)).reason()).isEqualTo("a rollback came after its last run");
        assertThat(names(workshop.apply())).isEmpty();
    }

    @Test
    void scripts_wait_while_migrations_are_left_out(Workshop workshop) {
        workshop.migration(1, "create table t (id int);", "drop table t;")
                .migration(2, "alter table t add column n int;", "alter table t drop column n;")
                .write("R__ns.sql", "create or replace view ns as select n from t;");
        assertThat(names(workshop.run(Request.applyTo(Version.parse("1").orElseThrow()))))
                .containsExactly("1");
        assertThat(names(workshop.apply())).containsExactly("2", "R__ns");
    }

    @Test
    void status_tells_what_is_in_force_changed_and_without_a_file(Workshop workshop) {
        workshop.migration(1, "create table t (id int);", "drop table t;")
                .write("R__a.sql", "create or replace view a as select 1 as n;")
                .write("R__b.sql", "create or replace view b as select 1 as n;")
                .write("R__c.sql", "create or replace view c as select 1 as n;")
                .apply();
        workshop.write("R__b.sql", "create or replace view b as select 2 as n;").write("R__d.sql", "select 1;");
        workshop.delete("R__c.sql");
        Status status = workshop.lockkeeper().status();
        assertThat(status.repeatables())
                .extracting(Status.Repeated::name, Status.Repeated::state)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("R__a", Status.State.APPLIED),
                        org.assertj.core.groups.Tuple.tuple("R__b", Status.State.CHANGED),
                        org.assertj.core.groups.Tuple.tuple("R__d", Status.State.PENDING),
                        org.assertj.core.groups.Tuple.tuple("R__c", Status.State.MISSING));
    }

    @Test
    void failing_script_names_its_line_and_leaves_no_row(Workshop workshop) {
        workshop.migration(1, "create table t (id int);", "drop table t;")
                .write("R__bad.sql", "create view fine as select 1 as n;\ncreate view bad as select x from t;\n");
        Problem problem = workshop.problem(workshop::apply);
        assertThat(problem.code()).isEqualTo(Code.PARTLY_APPLIED);
        assertThat(workshop.place(problem)).isEqualTo("R__bad.sql:2:27");
        assertThat(workshop.rows(RUNS)).isEmpty();
        assertThat(workshop.rows("select to_regclass('fine') is null")).containsExactly("t");
    }

    @Test
    void two_scripts_of_one_name_are_refused(Workshop workshop) {
        workshop.write("R__a.sql", "select 1;")
                .write("sub/R__a.sql", "select 2;")
                .migration(1, "select 1;", "");
        assertThat(workshop.problem(workshop::lockkeeper).code()).isEqualTo(Code.DUPLICATE_VERSION);
    }

    @Test
    void word_that_only_happens_to_be_the_name_of_another_script_does_not_turn_the_order_round(Workshop workshop) {
        workshop.write("R__a.sql", "create or replace view a as select b.n from (select 1 as n) b;")
                .write("R__b.sql", "create or replace view b as select n from a;")
                .write("R__0.sql", "create or replace view needs_b as select n from b;");
        assertThat(names(workshop.apply())).containsExactly("R__a", "R__b", "R__0");
    }

    @Test
    void failed_script_is_tried_again_when_a_migration_runs_before_it(Workshop workshop) {
        workshop.migration(1, "create table t (id int);", "drop table t;")
                .write("R__v.sql", "create or replace view v as select n from t;");
        workshop.problem(workshop::apply);
        assertThat(workshop.problem(workshop::apply).code()).isEqualTo(Code.STEP_FAILED);
        workshop.migration(2, "alter table t add n int;", "alter table t drop n cascade;");
        assertThat(names(workshop.apply())).containsExactly("2", "R__v");
    }
}
