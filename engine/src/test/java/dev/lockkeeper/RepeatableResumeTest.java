package dev.lockkeeper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.apply.Repair;
import dev.lockkeeper.plan.Status;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the next run does about a repeatable script that was cut off in the middle. */
@ExtendWith(Workshops.class)
@Tag("RUN-05")
@Tag("RUN-14")
class RepeatableResumeTest {
    private static final String LOG = "insert into log values ('one');\n";
    private static final String BUILD = "create index concurrently if not exists t_i on t (id);\n";

    /** Ends the session of the run while it builds the index, which stays invalid. */
    private static void interrupted(Workshop workshop) throws Exception {
        workshop.migration(1, "create table t (id int); create table log (word text)", "drop table t, log")
                .apply();
        workshop.write("R__r.sql", LOG + BUILD);
        SettlementTest.cutOffBuild(workshop);
        assertThat(index(workshop)).containsExactly("f");
        assertThat(workshop.lockkeeper().status().count(Status.State.UNFINISHED))
                .isEqualTo(1);
    }

    private static List<String> index(Workshop workshop) {
        return workshop.rows("select indisvalid from pg_index where indexrelid = 'public.t_i'::regclass");
    }

    private static List<String> log(Workshop workshop) {
        return workshop.rows("select word from public.log");
    }

    private static void isWhole(Workshop workshop) {
        assertThat(index(workshop)).containsExactly("t");
        assertThat(workshop.rows("select * from lockkeeper.journal")).isEmpty();
        assertThat(workshop.rows("select name from lockkeeper.repeatable")).containsExactly("r");
        assertThat(workshop.apply().isEmpty()).isTrue();
    }

    @Test
    void what_it_left_half_done_is_settled_and_what_it_has_done_is_not_done_again(Workshop workshop) throws Exception {
        interrupted(workshop);
        workshop.apply();
        assertThat(log(workshop)).containsExactly("one");
        isWhole(workshop);
    }

    @Test
    void edit_of_what_was_done_begins_it_anew(Workshop workshop) throws Exception {
        interrupted(workshop);
        workshop.write("R__r.sql", LOG.replace("one", "two") + BUILD).apply();
        assertThat(log(workshop)).containsExactly("one", "two");
        isWhole(workshop);
    }

    @Test
    void statement_that_is_added_after_it_does_not_keep_it_from_going_on(Workshop workshop) throws Exception {
        interrupted(workshop);
        workshop.write("R__r.sql", LOG + BUILD + "select 1").apply();
        isWhole(workshop);
    }

    @Test
    void half_done_statement_that_is_gone_from_the_file_is_refused_until_a_person_has_looked(Workshop workshop)
            throws Exception {
        interrupted(workshop);
        workshop.write("R__r.sql", LOG + "drop index concurrently t_i;\n" + BUILD);
        Problem problem = workshop.problem(workshop::apply);
        assertThat(problem.code()).isEqualTo(Code.MIGRATION_ALTERED);
        assertThat(problem.message()).isEqualTo("statement 2 of R__r was edited after an earlier run had begun it");
        assertThat(problem.help()).contains("lockkeeper repair R__r --as retry");
        workshop.lockkeeper()
                .repair(new Repair("R__r", Repair.Action.RETRY, "seen"), Duration.ofSeconds(30), holder -> {});
        workshop.apply();
        assertThat(log(workshop)).containsExactly("one", "one");
        isWhole(workshop);
    }

    @Test
    void migration_that_comes_between_makes_it_run_from_its_beginning(Workshop workshop) throws Exception {
        interrupted(workshop);
        workshop.migration(2, "truncate log", "select 1").apply();
        assertThat(log(workshop)).containsExactly("one");
        isWhole(workshop);
    }

    @Test
    void person_can_say_that_the_half_done_statement_is_done(Workshop workshop) throws Exception {
        interrupted(workshop);
        workshop.execute("drop index public.t_i; create index t_i on public.t (id)");
        workshop.lockkeeper()
                .repair(new Repair("R__r", Repair.Action.STATEMENT_DONE, "seen"), Duration.ofSeconds(30), holder -> {});
        workshop.apply();
        assertThat(log(workshop)).containsExactly("one");
        isWhole(workshop);
    }
}
