package dev.lockkeeper.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lockkeeper.history.Direction;
import dev.lockkeeper.history.Progress.State;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Hook;
import dev.lockkeeper.project.Hooks;
import dev.lockkeeper.project.Patience;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plans for histories that need no server. */
class PlannerTest {
    @TempDir
    Path folder;

    private Desk desk;

    @BeforeEach
    void open() {
        desk = new Desk(folder);
    }

    @Test
    void what_is_not_applied_is_applied_in_the_order_of_the_versions() {
        desk.files(1, 2, 10).applied(1);
        Plan plan = desk.plan(Request.apply());
        assertThat(plan.direction()).isEqualTo(Direction.UP);
        assertThat(plan.component()).isEqualTo("main");
        assertThat(plan.isEmpty()).isFalse();
        assertThat(plan.steps()).extracting(Step::name).containsExactly("2", "10");
        Step first = plan.steps().get(0);
        assertThat(first.version()).isEqualTo(Desk.version(2));
        assertThat(first.description()).isEqualTo("m 2");
        assertThat(first.direction()).isEqualTo(Direction.UP);
        assertThat(first.script().text()).isEqualTo("create table t2 (i int);");
        assertThat(first.commands().count()).isEqualTo(1);
        assertThat(first.resumed()).isFalse();
    }

    @Test
    void plan_is_empty_when_everything_is_applied() {
        assertThat(desk.files(1).applied(1).plan(Request.apply()).isEmpty()).isTrue();
        assertThat(desk.steps(Request.rollback(0))).isEmpty();
    }

    @Test
    void apply_ends_with_the_version_that_it_is_to_reach() {
        desk.files(1, 2, 3);
        assertThat(desk.steps(Request.applyTo(Desk.version(2)))).containsExactly("1", "2");
        assertThat(desk.problem(Request.applyTo(Desk.version(4))))
                .satisfies(p -> assertThat(p.code()).isEqualTo(Code.VERSION_UNKNOWN))
                .satisfies(p -> assertThat(p.message()).isEqualTo("there is no migration of version 4"))
                .satisfies(p -> assertThat(p.help()).contains("status"));
    }

    @Test
    void rollback_takes_back_the_newest_first() {
        desk.files(1, 2, 3).applied(1, 2, 3);
        Plan plan = desk.plan(Request.rollback(2));
        assertThat(plan.direction()).isEqualTo(Direction.DOWN);
        assertThat(plan.steps()).extracting(Step::name).containsExactly("3", "2");
        Step.Rollback first = (Step.Rollback) plan.steps().get(0);
        assertThat(first.version()).isEqualTo(Desk.version(3));
        assertThat(first.description()).isEqualTo("m 3");
        assertThat(first.direction()).isEqualTo(Direction.DOWN);
        assertThat(first.entry()).isEqualTo(desk.history().applied().get(2));
        assertThat(first.script().text()).isEqualTo("drop table t3;");
        assertThat(first.resumed()).isFalse();
        assertThat(desk.steps(Request.rollbackTo(Desk.version(1)))).containsExactly("3", "2");
        assertThat(desk.steps(Request.rollbackTo(Desk.version(3)))).isEmpty();
        assertThat(desk.steps(Request.rollbackTo(Desk.version(0)))).containsExactly("3", "2", "1");
        assertThat(desk.problem(Request.rollbackTo(Desk.version(4))).message()).isEqualTo("version 4 is not applied");
    }

    @Test
    void rollback_goes_back_in_the_order_of_applying_where_migrations_may_come_late() {
        desk.files(1, 2, 3).applied(1, 3, 2);
        assertThat(desk.steps(Request.rollback(2))).containsExactly("3", "2");
        desk.outOfOrder();
        assertThat(desk.steps(Request.rollback(2))).containsExactly("2", "3");
        assertThat(desk.steps(Request.rollbackTo(Desk.version(3)))).containsExactly("2");
        assertThat(desk.steps(Request.rollbackTo(Desk.version(1)))).containsExactly("2", "3");
    }

    @Test
    void begun_steps_are_taken_back_before_all_others() {
        desk.up(1, "create table a (i int); create table b (i int);").files(2, 3);
        desk.write("U1__m_1.sql", "drop table a;");
        desk.applied(2).begun(1, Direction.UP, 1, State.DONE).begun(3, Direction.UP, 1, State.STARTED);
        assertThat(desk.steps(Request.rollback(9))).containsExactly("3", "2", "1");
        desk.outOfOrder();
        Plan plan = desk.plan(Request.rollback(9));
        assertThat(plan.steps()).extracting(Step::name).containsExactly("3", "1", "2");
        assertThat(((Step.Rollback) plan.steps().get(0)).entry()).isNull();
    }

    @Test
    void step_that_was_begun_goes_on() {
        desk.files(1, 2).applied(1).begun(2, Direction.UP, 1, State.DONE);
        assertThat(desk.plan(Request.apply()).steps())
                .singleElement()
                .satisfies(s -> assertThat(s.resumed()).isTrue());
        assertThat(desk.plan(Request.rollback(1)).steps())
                .singleElement()
                .satisfies(s -> assertThat(s.resumed()).isFalse());
    }

    @Test
    void rollback_that_was_begun_goes_on_and_keeps_apply_out() {
        desk.files(1).applied(1).begun(1, Direction.DOWN, 1, State.DONE);
        assertThat(desk.plan(Request.rollback(1)).steps())
                .singleElement()
                .satisfies(s -> assertThat(s.resumed()).isTrue());
        Problem problem = desk.problem(Request.apply());
        assertThat(problem.code()).isEqualTo(Code.STEP_UNFINISHED);
        assertThat(problem.message()).isEqualTo("the rollback of version 1 is not finished");
        assertThat(String.valueOf(problem.place())).endsWith("V1__m_1.sql");
    }

    @Test
    void edited_migration_is_refused_both_ways_and_what_was_edited_is_told() {
        desk.files(1).applied(1).up(1, "create table other (i int);");
        Problem problem = desk.problem(Request.apply());
        assertThat(problem.code()).isEqualTo(Code.MIGRATION_ALTERED);
        assertThat(problem.message()).isEqualTo("version 1 was edited after it was applied");
        assertThat(problem.why()).isEqualTo("applied 2026-01-01 by ann");
        assertThat(problem.help()).contains("lockkeeper repair 1 --as edited");
        assertThat(desk.problem(Request.rollback(1))).isEqualTo(problem);
        for (Request request : List.of(Request.apply(), Request.rollback(1))) {
            LockkeeperException told = catchThrowableOfType(
                    LockkeeperException.class, () -> desk.plan(request, p -> p.note("the difference")));
            assertThat(told.problems().get(0).notes()).containsExactly("the difference");
        }
    }

    @Test
    void step_whose_done_statement_was_edited_is_not_taken_back() {
        desk.up(1, "create table a (i int); create table b (i int);").write("U1__m_1.sql", "drop table a;");
        desk.begun(1, Direction.UP, 1, State.DONE);
        assertThat(desk.steps(Request.rollback(1))).containsExactly("1");
        desk.up(1, "create table a (i int); create table c (i int);");
        assertThat(desk.steps(Request.rollback(1))).containsExactly("1");
        desk.up(1, "create table c (i int); create table a (i int);");
        Problem problem = desk.problem(Request.rollback(1));
        assertThat(problem.message()).isEqualTo("version 1 was edited after it was begun");
        assertThat(problem.why()).isNull();
        assertThat(problem.help()).contains("revert the edit, so that the step can be finished");
    }

    @Test
    void edit_of_what_failed_or_of_no_statement_is_no_edit_of_what_was_done() {
        desk.up(1, "create table a (i int);").write("U1__m_1.sql", "drop table a;");
        desk.begun(1, Direction.UP, 1, State.FAILED).begun(1, Direction.UP, 0, State.DONE);
        desk.up(1, "create table b (i int);");
        assertThat(desk.steps(Request.rollback(1))).containsExactly("1");
    }

    @Test
    void migrations_without_files_are_refused_both_ways() {
        desk.files(1, 2).applied(1, 2).delete("V2__m_2.sql").delete("U2__m_2.sql");
        Problem problem = desk.problem(Request.apply());
        assertThat(problem.code()).isEqualTo(Code.MIGRATION_MISSING);
        assertThat(problem.message()).isEqualTo("version 2 (kept 2) was applied, but its file is gone");
        assertThat(desk.problem(Request.rollback(1)).message()).isEqualTo("migration 2 has no files any more");
        desk.files(3).up(3, "create table t2 (i int);");
        Problem renumbered = desk.problem(Request.apply());
        assertThat(renumbered.why()).contains("this file has the same content");
        assertThat(String.valueOf(renumbered.place())).endsWith("V3__m_3.sql");
        assertThat(renumbered.help()).isEqualTo("give it its version 2 back");
    }

    @Test
    void file_of_another_content_or_of_an_applied_migration_was_not_renumbered() {
        desk.files(1, 2)
                .up(2, "create table t1 (i int);")
                .applied(1, 2)
                .delete("V1__m_1.sql")
                .delete("U1__m_1.sql");
        desk.files(3);
        assertThat(desk.problem(Request.apply()).place()).isNull();
        assertThat(desk.problem(Request.apply()).help()).doesNotContain("give it");
    }

    @Test
    void begun_step_without_a_file_is_refused() {
        desk.files(1, 2)
                .begun(2, Direction.UP, 1, State.DONE)
                .delete("V2__m_2.sql")
                .delete("U2__m_2.sql");
        Problem problem = desk.problem(Request.apply());
        assertThat(problem.message()).isEqualTo("version 2 was begun and not finished, but its file is gone");
        assertThat(problem.help()).contains("lockkeeper repair 2 --as not-applied");
    }

    @Test
    void late_migration_is_refused_unless_it_is_allowed() {
        desk.files(1, 2, 3).applied(1, 3);
        Problem problem = desk.problem(Request.apply());
        assertThat(problem.code()).isEqualTo(Code.OUT_OF_ORDER);
        assertThat(problem.message()).isEqualTo("version 2 was never applied, but newer 3 was");
        assertThat(desk.outOfOrder().steps(Request.apply())).containsExactly("2");
    }

    @Test
    void migration_without_a_down_script_is_refused_unless_it_is_allowed() {
        desk.files(1).delete("U1__m_1.sql");
        assertThat(desk.problem(Request.apply()).code()).isEqualTo(Code.MISSING_DOWN);
        assertThat(desk.downsOptional().steps(Request.apply())).containsExactly("1");
        desk.applied(1);
        assertThat(desk.problem(Request.rollback(1)).message())
                .isEqualTo("version 1 has no down script, so it cannot be rolled back");
    }

    @Test
    void every_reason_against_an_apply_is_told_at_once_and_a_rollback_ends_at_the_first() {
        desk.files(1, 2, 3, 4).applied(1, 2, 4);
        desk.up(1, "select 1;").up(2, "select 2;").delete("U3__m_3.sql");
        assertThat(desk.problems(Request.apply()))
                .extracting(Problem::code)
                .containsExactly(Code.MIGRATION_ALTERED, Code.MIGRATION_ALTERED, Code.OUT_OF_ORDER, Code.MISSING_DOWN);
        assertThat(desk.problems(Request.rollbackTo(Desk.version(0)))).hasSize(1);
    }

    @Test
    void failed_step_is_not_tried_again_while_its_script_is_the_same() {
        desk.files(1).failed(1, Direction.UP);
        Problem problem = desk.problem(Request.apply());
        assertThat(problem.code()).isEqualTo(Code.STEP_FAILED);
        assertThat(problem.message()).startsWith("1 failed and its script is still the same");
        assertThat(problem.why()).isEqualTo("failed 2026-01-02 at f.sql:3:1: no such table [42P01], run by bob");
        assertThat(problem.help()).contains("lockkeeper repair 1 --as retry");
        assertThat(desk.up(1, "create table fixed (i int);").steps(Request.apply()))
                .containsExactly("1");
    }

    @Test
    void failed_rollback_keeps_out_rollbacks_alone() {
        desk.files(1, 2).applied(1).failed(1, Direction.DOWN);
        assertThat(desk.problem(Request.rollback(1)).message()).startsWith("the rollback of 1 failed");
        desk = new Desk(folder)
                .up(1, "select 1;")
                .write("U1__m_1.sql", "select 1;")
                .failed(1, Direction.DOWN);
        assertThat(desk.steps(Request.apply())).containsExactly("1", "2");
    }

    @Test
    void script_that_cannot_be_split_is_a_reason_too() {
        desk.files(1).up(1, "select 'never closed");
        assertThat(desk.problem(Request.apply()).code()).isEqualTo(Code.UNTERMINATED);
    }

    @Test
    void history_of_another_tool_is_a_reason_unless_it_means_nothing() {
        desk.files(1).otherTool("public.flyway_schema_history");
        Problem problem = desk.problem(Request.apply());
        assertThat(problem.code()).isEqualTo(Code.HISTORY_OF_OTHER_TOOL);
        assertThat(problem.message()).contains("public.flyway_schema_history has rows");
        assertThat(desk.ignoreOtherTool().steps(Request.apply())).containsExactly("1");
    }

    @Test
    void doubt_about_the_history_is_told_alone() {
        desk.files(1).applied(1).up(1, "select 'edited'").doubt(Problem.of(Code.HISTORY_OF_OTHER_TOOL, "gone on"));
        assertThat(desk.problem(Request.apply()).message()).isEqualTo("gone on");
        desk.ignoreOtherTool();
        assertThat(desk.problem(Request.apply()).code()).isEqualTo(Code.MIGRATION_ALTERED);
        desk.doubt(Problem.of(Code.HISTORY_ELSEWHERE, "elsewhere"));
        assertThat(desk.problem(Request.rollback(1)).message()).isEqualTo("elsewhere");
    }

    @Test
    void repeatable_scripts_run_after_the_newest_version_and_say_why() {
        desk.files(1, 2)
                .applied(1)
                .write("R__b_view.sql", "create or replace view b as select * from a;")
                .write("R__a.sql", "create or replace view a as select 1 as i;");
        Plan plan = desk.plan(Request.apply());
        assertThat(plan.steps()).extracting(Step::name).containsExactly("2", "R__a", "R__b_view");
        Step.Repeat last = (Step.Repeat) plan.steps().get(2);
        assertThat(last.version()).isNull();
        assertThat(last.reason()).isEqualTo("new");
        assertThat(last.description()).isEqualTo("b view");
        assertThat(last.direction()).isEqualTo(Direction.UP);
        assertThat(last.resumed()).isFalse();
        assertThat(last.script().text()).startsWith("create or replace view b");
        assertThat(desk.steps(Request.applyTo(Desk.version(1)))).isEmpty();
        assertThat(desk.applied(2).steps(Request.applyTo(Desk.version(1)))).containsExactly("R__a", "R__b_view");
    }

    private List<String> reasons() {
        return desk.plan(Request.apply()).steps().stream()
                .map(s -> s.name() + ": " + ((Step.Repeat) s).reason())
                .toList();
    }

    @Test
    void repeatable_script_runs_again_for_each_reason_and_not_without_one() {
        desk.write("R__a.sql", "create or replace view a as select 1 as i;")
                .write("R__b.sql", "create or replace view b as select * from a;")
                .write("R__c.sql", "create or replace view c as select 1 as i;")
                .ran("c", true, true)
                .ran("a", true, true)
                .ran("b", true, true);
        assertThat(reasons()).isEmpty();
        desk.write("R__a.sql", "create or replace view a as select 2 as i;");
        assertThat(reasons()).containsExactly("R__a: changed", "R__b: it needs R__a");
    }

    @Test
    void what_a_repeatable_script_made_may_have_been_dropped() {
        desk.write("R__a.sql", "select 1;").ran("a", false, true);
        assertThat(reasons()).containsExactly("R__a: a rollback came after its last run");
        desk = new Desk(folder).ran("a", true, false);
        assertThat(reasons()).containsExactly("R__a: a later migration dropped or changed what it made, or may have");
    }

    @Test
    void failed_repeatable_script_is_tried_again_when_something_runs_before_it() {
        desk.files(1).write("R__a.sql", "select 1;");
        desk.failed("R__a", Direction.UP, desk.repeatable("a").script());
        assertThat(desk.steps(Request.apply())).containsExactly("1", "R__a");
        assertThat(desk.applied(1).problem(Request.apply()).message()).startsWith("R__a failed");
    }

    @Test
    void digest_changes_with_everything_that_a_plan_is_made_of() {
        desk.files(1, 2, 3).write("R__a.sql", "select 1;").applied(1);
        String first = desk.plan(Request.apply()).digest();
        assertThat(desk.plan(Request.apply()).digest()).isEqualTo(first);
        assertThat(desk.plan(Request.applyTo(Desk.version(2))).digest()).isNotEqualTo(first);
        assertThat(desk.plan(Request.rollback(0)).digest())
                .isNotEqualTo(new Desk(folder).plan(Request.rollback(0)).digest());
        String nothing = desk.plan(Request.rollback(0)).digest();
        assertThat(desk.begun(2, Direction.UP, 0, State.STARTED)
                        .plan(Request.rollback(0))
                        .digest())
                .isNotEqualTo(nothing);
        String begun = desk.plan(Request.rollback(0)).digest();
        assertThat(desk.ran("a", true, true).plan(Request.rollback(0)).digest()).isNotEqualTo(begun);
        desk.files(1, 2, 3).up(3, "create table other (i int);");
        assertThat(desk.plan(Request.apply()).digest()).isNotEqualTo(first);
    }

    @Test
    void throw_away_database_runs_without_hooks_and_with_all_else() {
        Hooks hooks = new Hooks(
                folder,
                List.of(new Hook.Check(Place.of("lockkeeper.yaml"), "select true")),
                List.of(),
                List.of(),
                List.of(),
                List.of());
        Policy policy = new Policy(false, true, true, Patience.endless(), hooks);
        assertThat(policy.withoutHooks()).isEqualTo(new Policy(false, true, true, Patience.endless()));
        assertThat(Policy.strict()).isEqualTo(new Policy(true, false, false, Patience.standard()));
    }
}
