package dev.lockkeeper.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lockkeeper.apply.Aftermath.Fate;
import dev.lockkeeper.database.Backend;
import dev.lockkeeper.database.Notice;
import dev.lockkeeper.history.Direction;
import dev.lockkeeper.plan.Plan;
import dev.lockkeeper.plan.Step;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.problem.ServerError;
import dev.lockkeeper.source.Migration;
import dev.lockkeeper.source.Repeatable;
import dev.lockkeeper.source.Script;
import dev.lockkeeper.source.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What a run says of itself, without one. */
class OutcomeTest {
    private static final Script SCRIPT = Script.of("f.sql", "select 1;\nselect 2;\n");
    private static final Plan PLAN = new Plan(
            "main",
            Direction.UP,
            List.of(
                    step("1"),
                    step("2"),
                    new Step.Repeat(new Repeatable("a", SCRIPT), SCRIPT.commands(), "new", List.of())),
            "digest");

    private static Step step(String version) {
        return new Step.Apply(
                new Migration(Version.parse(version).orElseThrow(), "m", SCRIPT, null), SCRIPT.commands(), false);
    }

    private static Problem problem(Code code, String sqlState) {
        return Problem.of(code, "p").from(new ServerError(sqlState, "said", null, null, null, null, null, 0));
    }

    private static final Problem REFUSED = problem(Code.STATEMENT_FAILED, "42P01");

    private static String notes(int index, boolean begun, Fate fate, Problem problem) {
        return new Outcome(PLAN, index, begun, fate)
                .tell(problem).notes().stream().collect(Collectors.joining("; "));
    }

    @Test
    void failed_run_says_what_is_kept_and_what_is_not() {
        assertThat(notes(0, false, Fate.ABORTED, REFUSED))
                .isEqualTo("kept: nothing of this run; aborted: version 1 as a whole, nothing of it remains");
        assertThat(notes(1, false, Fate.ABORTED, REFUSED))
                .isEqualTo("kept: 1 is applied; aborted: version 2 as a whole, nothing of it remains");
        assertThat(notes(2, false, Fate.ABORTED, REFUSED))
                .isEqualTo("kept: 1, 2 are applied; aborted: R__a as a whole, nothing of it remains");
        assertThat(notes(1, false, Fate.KEPT, REFUSED))
                .isEqualTo("kept: 1, 2 are applied; finished: version 2, whose answer was lost");
        assertThat(notes(0, true, Fate.UNKNOWN, REFUSED))
                .isEqualTo("kept: nothing of this run; unknown: whether version 1 was finished, for the server did not"
                        + " answer any more; the history tells");
        assertThat(Outcome.notBegun(PLAN, 1, REFUSED).notes())
                .containsExactly("kept: 1 is applied", "not begun: version 2");
    }

    @Test
    void statements_before_the_failed_one_are_kept_where_the_step_runs_in_no_transaction() {
        String kept =
                "kept: nothing of this run; kept: the statements of version 1 before this one, for it does not run"
                        + " in one transaction; the same command goes on from here";
        assertThat(notes(0, true, Fate.ABORTED, REFUSED)).isEqualTo(kept + ", once the cause is fixed");
        assertThat(notes(0, true, Fate.ABORTED, problem(Code.LOCK_NOT_AVAILABLE, "55P03")))
                .isEqualTo(kept);
        assertThat(notes(0, true, Fate.ABORTED, problem(Code.CHECK_FAILED, "P0004")))
                .endsWith("aborted: version 1 as a whole, nothing of it remains");
    }

    @Test
    void run_of_which_something_is_kept_is_applied_in_part() {
        assertThat(new Outcome(PLAN, 0, false, Fate.ABORTED).tell(REFUSED).code())
                .isEqualTo(Code.STATEMENT_FAILED);
        assertThat(new Outcome(PLAN, 1, false, Fate.ABORTED).tell(REFUSED).code())
                .isEqualTo(Code.PARTLY_APPLIED);
        assertThat(new Outcome(PLAN, 0, true, Fate.ABORTED).tell(REFUSED).code())
                .isEqualTo(Code.PARTLY_APPLIED);
        assertThat(new Outcome(PLAN, 1, false, Fate.ABORTED)
                        .tell(problem(Code.LOCK_NOT_AVAILABLE, "55P03"))
                        .code())
                .isEqualTo(Code.LOCK_NOT_AVAILABLE);
    }

    @Test
    void failure_lasts_when_the_same_script_would_fail_again() {
        assertThat(Outcome.lasting(REFUSED)).isTrue();
        assertThat(Outcome.lasting(problem(Code.CHECK_FAILED, "P0004"))).isFalse();
        assertThat(Outcome.lasting(problem(Code.LOCK_NOT_AVAILABLE, "55P03"))).isFalse();
        assertThat(Outcome.lasting(Problem.of(Code.STATEMENT_FAILED, "p"))).isFalse();
    }

    private static Notice notice(String severity, String sqlState, int completed) {
        return new Notice(severity, sqlState, "said", null, null, null, completed);
    }

    private final List<Event> heard = new ArrayList<>();

    private String places() {
        return heard.stream().map(e -> ((Event.Said) e).place().toString()).collect(Collectors.joining(" "));
    }

    @Test
    void warnings_are_told_at_their_statement_and_notices_at_their_file() {
        Script.Commands commands = SCRIPT.commands();
        Said said = new Said(SCRIPT, commands, heard::add);
        said.at(commands.statements().get(1)).accept(notice("WARNING", "01000", 0));
        said.at(commands.statements().get(1)).accept(notice("NOTICE", "00000", 0));
        Message message = Message.of(List.of("set a.b = 1"), commands, Ending.DEFERRED, "select 3");
        said.during(message).accept(notice("WARNING", "01000", 0));
        said.during(message).accept(notice("WARNING", "01000", 1));
        said.during(message).accept(notice("WARNING", "01000", 2));
        said.during(message).accept(notice("WARNING", "01000", 3));
        said.elsewhere().accept(notice("WARNING", "01000", 1));
        assertThat(places()).isEqualTo("f.sql:2:1 f.sql f.sql f.sql:1:1 f.sql:2:1 f.sql f.sql");
        said.requireGranted();
    }

    @Test
    void what_was_not_granted_stops_the_script_before_it_commits() {
        Said said = new Said(SCRIPT, SCRIPT.commands(), heard::add);
        said.at(SCRIPT.commands().statements().get(0)).accept(notice("WARNING", "01007", 0));
        said.at(SCRIPT.commands().statements().get(1)).accept(notice("WARNING", "01006", 0));
        LockkeeperException thrown = catchThrowableOfType(LockkeeperException.class, said::requireGranted);
        assertThat(thrown.problems()).singleElement().satisfies(p -> {
            assertThat(p.code()).isEqualTo(Code.NOT_GRANTED);
            assertThat(p.place()).hasToString("f.sql:1:1");
            assertThat(p.why()).isEqualTo("it only warns of that, with SQLSTATE 01007");
            assertThat(p.help()).endsWith("-- lockkeeper:accept 01007");
        });
    }

    @Test
    void what_was_not_granted_may_be_accepted() {
        Script script = Script.of("f.sql", "-- lockkeeper:accept 01007\ngrant select on t to r;");
        Said said = new Said(script, script.commands(), heard::add);
        said.elsewhere().accept(notice("WARNING", "01007", 0));
        said.requireGranted();
        said.elsewhere().accept(notice("WARNING", "01006", 0));
        assertThat(catchThrowableOfType(LockkeeperException.class, said::requireGranted))
                .isNotNull();
    }

    @Test
    void message_holds_the_guards_around_the_script() {
        Script script = Script.of(
                "f.sql",
                "-- lockkeeper:before select true\n-- lockkeeper:after select '$lockkeeper$' is not null\nselect '😀'");
        Message message =
                Message.of(List.of("set a.b = '😀'", "set c.d = 2"), script.commands(), Ending.DEFERRED, "end");
        assertThat(message.preparing()).isEqualTo(2);
        assertThat(message.before()).hasSize(1);
        assertThat(message.after()).hasSize(1);
        assertThat(message.sql())
                .startsWith("set a.b = '😀';set c.d = 2;do $lockkeeper$ declare good boolean;")
                .contains("-- lockkeeper:before", "\n;set constraints all immediate;do $lockkeeper_$ declare")
                .endsWith("$lockkeeper_$;\nend");
        int start = message.sql().indexOf("-- lockkeeper:before");
        assertThat(message.start()).isEqualTo(message.sql().codePointCount(0, start));
        assertThat(message.place(script, 2)).isNull();
        assertThat(message.place(script, 3)).hasToString("f.sql:3:1");
        assertThat(message.place(script, 4)).isNull();
    }

    @Test
    void words_of_a_repair_are_found_again() {
        assertThat(Repair.Action.keys()).hasSize(6).contains("retry", "not-applied");
        assertThat(Repair.Action.of("not-applied")).contains(Repair.Action.NOT_APPLIED);
        assertThat(Repair.Action.of("nonsense")).isEmpty();
        assertThat(Repair.Action.RETRY.key()).isEqualTo("retry");
        assertThat(Repair.Action.EDITED.meaning()).contains("changes nothing");
    }

    @Test
    void own_statements_come_after_a_script_has_given_its_session_back() {
        assertThat(Ending.script(facts("", true), true, ""))
                .startsWith("set session authorization default;")
                .contains("pg_db_role_setting")
                .doesNotContain(";;");
        assertThat(Ending.script(facts("set local a = 1;", true), false, "insert"))
                .contains("set local a = 1;insert;deallocate all;")
                .doesNotContain(";;")
                .doesNotContain("pg_db_role_setting");
        assertThat(Ending.script(facts("", false), false, ""))
                .as("a server that does not count")
                .contains("pg_db_role_setting");
    }

    private static SessionFacts facts(String liveness, boolean counted) {
        return new SessionFacts(
                new Backend(1, "2026-01-01"),
                "none",
                true,
                new RoleSettings("5", "10", List.of("700"), counted),
                false,
                false,
                Set.of(),
                liveness,
                List.of());
    }
}
