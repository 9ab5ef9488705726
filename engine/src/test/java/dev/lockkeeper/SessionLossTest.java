package dev.lockkeeper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.apply.Event;
import dev.lockkeeper.database.RunnerLock;
import dev.lockkeeper.plan.Request;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A session of the runner is terminated: the same command again ends where an undisturbed run does. */
@ExtendWith(Workshops.class)
@Tag("RUN-02")
class SessionLossTest {
    private static final String KEY =
            new RunnerLock("lockkeeper", "main").releaseSql().replaceAll("[^-0-9]", "");
    private static final String FAULT = "; select pg_terminate_backend(pg_backend_pid()) from fault;";

    private static void assertNothingLeft(Workshop workshop) {
        assertThat(workshop.rows("select count(*) from pg_locks where locktype = 'advisory' and database"
                        + " = (select oid from pg_database where datname = current_database())"))
                .containsExactly("0");
    }

    @Test
    void lost_control_session_is_noticed_before_the_next_step(Workshop workshop) {
        workshop.migration(1, "create table a (id int)", "drop table a");
        workshop.migration(2, "create table b (id int)", "drop table b");
        Problem problem =
                workshop.problem(() -> workshop.lockkeeper().run(Request.apply(), Duration.ofSeconds(30), event -> {
                    if (event instanceof Event.StepFinished finished && finished.number() == 1) {
                        workshop.rows(
                                "select pg_terminate_backend(pid, 30000) from pg_locks where locktype = 'advisory'"
                                        + " and (classid::bigint << 32 | objid::bigint) = " + KEY + " and database"
                                        + " = (select oid from pg_database where datname = current_database())");
                    }
                }));
        assertThat(problem.code()).isEqualTo(Code.CONNECTION_LOST);
        assertThat(workshop.tables()).containsExactly("a");
        assertThat(workshop.history()).containsExactly("1|applied");
        workshop.apply();
        assertThat(workshop.tables()).containsExactly("a", "b");
        assertThat(workshop.history()).containsExactly("1|applied", "2|applied");
        assertNothingLeft(workshop);
    }

    @Test
    void work_session_lost_inside_a_script_keeps_nothing_of_it(Workshop workshop) {
        workshop.execute("create table fault (id int); insert into fault values (1)");
        workshop.migration(1, "create table a (id int)" + FAULT, "drop table a");
        Problem problem = workshop.problem(workshop::apply);
        assertThat(problem.code()).isEqualTo(Code.CONNECTION_LOST);
        assertThat(workshop.tables()).containsExactly("fault");
        workshop.execute("delete from fault");
        workshop.apply();
        assertThat(workshop.tables()).containsExactly("a", "fault");
        assertThat(workshop.history()).containsExactly("1|applied");
        assertNothingLeft(workshop);
    }
}
