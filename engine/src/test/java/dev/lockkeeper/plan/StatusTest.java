package dev.lockkeeper.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.history.Direction;
import dev.lockkeeper.history.Progress;
import dev.lockkeeper.plan.Status.State;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files and history side by side, without a server. */
class StatusTest {
    @TempDir
    Path folder;

    private Desk desk;

    @BeforeEach
    void open() {
        desk = new Desk(folder);
    }

    private List<String> states() {
        return desk.status().rows().stream()
                .map(r -> r.version() + " " + r.state() + " " + r.begun() + " " + r.description())
                .toList();
    }

    @Test
    void every_version_has_its_state_in_the_order_of_the_versions() {
        desk.files(1, 2, 3, 4, 5, 6, 10).applied(1, 2, 3, 5);
        desk.up(2, "select 'edited';").delete("V3__m_3.sql").delete("U3__m_3.sql");
        desk.begun(6, Direction.UP, 1, Progress.State.STARTED);
        assertThat(states())
                .containsExactly(
                        "1 APPLIED null m 1",
                        "2 ALTERED null m 2",
                        "3 MISSING null kept 3",
                        "4 OUT_OF_ORDER null m 4",
                        "5 APPLIED null m 5",
                        "6 UNFINISHED UP m 6",
                        "10 PENDING null m 10");
        Status status = desk.status();
        assertThat(status.component()).isEqualTo("main");
        assertThat(status.count(State.APPLIED)).isEqualTo(2);
        assertThat(status.count(State.CHANGED)).isZero();
        assertThat(status.rows().get(0).entry())
                .isEqualTo(desk.history().applied().get(0));
    }

    @Test
    void step_that_was_begun_both_ways_is_being_rolled_back() {
        desk.files(1, 2, 3)
                .begun(1, Direction.DOWN, 1, Progress.State.DONE)
                .begun(1, Direction.UP, 1, Progress.State.DONE)
                .begun(2, Direction.UP, 1, Progress.State.DONE)
                .begun(2, Direction.DOWN, 1, Progress.State.DONE)
                .begun(3, Direction.UP, 0, Progress.State.DONE)
                .begun(3, Direction.UP, 1, Progress.State.DONE);
        assertThat(states()).containsExactly("1 UNFINISHED DOWN m 1", "2 UNFINISHED DOWN m 2", "3 UNFINISHED UP m 3");
    }

    @Test
    void begun_step_without_a_file_is_missing_once() {
        desk.files(1, 2)
                .applied(2)
                .begun(1, Direction.UP, 1, Progress.State.DONE)
                .begun(2, Direction.DOWN, 1, Progress.State.DONE);
        desk.delete("V1__m_1.sql").delete("U1__m_1.sql").delete("V2__m_2.sql").delete("U2__m_2.sql");
        assertThat(states()).containsExactly("1 MISSING UP ", "2 MISSING DOWN kept 2");
    }

    @Test
    void failure_counts_for_the_script_that_comes_next() {
        desk.files(1, 2, 3, 4, 5)
                .applied(2, 3, 4)
                .failed(1, Direction.UP)
                .failed(2, Direction.UP)
                .failed(3, Direction.DOWN)
                .failed(4, Direction.DOWN)
                .failed(5, Direction.DOWN)
                .begun(5, Direction.DOWN, 1, Progress.State.FAILED);
        desk.up(4, "select 'edited';");
        assertThat(states())
                .containsExactly(
                        "1 FAILED null m 1",
                        "2 APPLIED null m 2",
                        "3 FAILED null m 3",
                        "4 ALTERED null m 4",
                        "5 FAILED DOWN m 5");
        assertThat(desk.status().rows().get(0).failure())
                .isEqualTo(desk.history().failed().get(0));
        assertThat(desk.status().rows().get(1).failure()).isNull();
        assertThat(desk.status().rows().get(3).failure()).isNotNull();
    }

    @Test
    void failure_of_a_script_that_is_gone_counts_no_more() {
        desk.files(1).applied(1).failed(1, Direction.DOWN).delete("U1__m_1.sql");
        assertThat(states()).containsExactly("1 APPLIED null m 1");
    }

    @Test
    void repeatable_scripts_have_states_of_their_own() {
        desk.write("R__gone.sql", "select 0;").ran("gone", true, true).delete("R__gone.sql");
        desk.write("R__a.sql", "select 1;")
                .write("R__b.sql", "select 2;")
                .write("R__c.sql", "select 3;")
                .write("R__d.sql", "select 4;");
        desk.ran("a", true, true).ran("b", false, true).ran("d", true, true);
        desk.failed("R__d", Direction.UP, desk.repeatable("d").script());
        Status status = desk.status();
        assertThat(status.repeatables().stream().map(r -> r.name() + " " + r.state()))
                .containsExactly("R__a APPLIED", "R__b CHANGED", "R__c PENDING", "R__d FAILED", "R__gone MISSING");
        assertThat(status.repeatables().get(0).file()).endsWith("R__a.sql");
        assertThat(status.repeatables().get(0).last())
                .isEqualTo(desk.history().repeatables().get(1));
        assertThat(status.repeatables().get(2).last()).isNull();
        assertThat(status.repeatables().get(3).failure()).isNotNull();
        assertThat(status.repeatables().get(4).file()).isNull();
        assertThat(status.count(State.APPLIED)).isEqualTo(1);
        assertThat(status.count(State.MISSING)).isZero();
    }

    @Test
    void doubts_and_the_history_of_another_tool_are_passed_on() {
        Problem doubt = Problem.of(Code.HISTORY_ELSEWHERE, "elsewhere");
        Status status =
                desk.files(1).otherTool("public.goose_db_version").doubt(doubt).status();
        assertThat(status.otherTool()).contains("public.goose_db_version");
        assertThat(status.doubts()).containsExactly(doubt);
    }
}
