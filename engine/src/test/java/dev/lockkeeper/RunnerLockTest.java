package dev.lockkeeper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.apply.Event;
import dev.lockkeeper.database.RunnerLock;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.plan.Request;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Workshops.class)
@Tag("RUN-03")
class RunnerLockTest {
    private static final RunnerLock LOCK = new RunnerLock("lockkeeper", "main");

    @Test
    void second_runner_without_patience_says_who_holds_the_lock(Workshop workshop) {
        workshop.migration(1, "create table a (id int)", "drop table a");
        try (Session other = Session.open(workshop.target(), "the other runner")) {
            other.query(LOCK.trySql());
            Problem problem =
                    workshop.problem(() -> workshop.lockkeeper().run(Request.apply(), Duration.ZERO, event -> {}));
            assertThat(problem.code()).isEqualTo(Code.RUNNER_LOCK_HELD);
            assertThat(problem.why()).contains("the other runner (pid " + other.pid() + ", user ", "since ");
        }
        assertThat(workshop.tables()).isEmpty();
    }

    @Test
    void runner_that_waited_for_the_first_run_of_a_database_holds_the_lock_while_it_works(Workshop workshop)
            throws Exception {
        workshop.migration(1, "create table a (id int)", "drop table a");
        BlockingQueue<String> events = new LinkedBlockingQueue<>();
        CompletableFuture<List<String>> locksDuringRun = new CompletableFuture<>();
        CompletableFuture<Void> run;
        try (Session other = Session.open(workshop.target(), "the other runner")) {
            other.query(LOCK.trySql());
            run = Workshop.inThread(() -> workshop.lockkeeper().run(Request.apply(), Duration.ofSeconds(60), event -> {
                if (event instanceof Event.Waiting waiting) {
                    events.add(waiting.holder());
                } else if (event instanceof Event.StepStarted) {
                    locksDuringRun.complete(workshop.rows(
                            "select count(*) from pg_locks where locktype = 'advisory' and granted and database"
                                    + " = (select oid from pg_database where datname = current_database())"));
                }
            }));
            assertThat(events.poll(30, TimeUnit.SECONDS)).startsWith("the other runner (pid " + other.pid());
        }
        run.get(60, TimeUnit.SECONDS);
        assertThat(locksDuringRun.getNow(List.of())).as("that of the runner").containsExactly("1");
        assertThat(workshop.tables()).containsExactly("a");
    }

    @Test
    void lock_is_free_after_a_run_and_after_a_refused_one(Workshop workshop) {
        workshop.migration(1, "select nope", "");
        workshop.problem(workshop::apply);
        workshop.migration(1, "create table a (id int)", "drop table a");
        workshop.lockkeeper().run(Request.apply(), Duration.ZERO, event -> {});
        workshop.lockkeeper().run(Request.apply(), Duration.ZERO, event -> {});
        assertThat(workshop.rows("select count(*) from pg_locks where locktype = 'advisory'"))
                .containsExactly("0");
    }

    @Test
    void two_runners_that_start_together_apply_each_migration_once(Workshop workshop) throws Exception {
        for (int version = 1; version <= 10; version++) {
            workshop.migration(version, "create table t" + version + " (id int)", "drop table t" + version);
        }
        CompletableFuture<Void> one = Workshop.inThread(workshop::apply);
        CompletableFuture<Void> two = Workshop.inThread(workshop::apply);
        CompletableFuture.allOf(one, two).get(60, TimeUnit.SECONDS);
        assertThat(workshop.rows("select count(*), count(distinct version) from lockkeeper.history"))
                .containsExactly("10|10");
    }

    @Test
    @Tag("RUN-02")
    void runner_waits_for_the_last_statement_of_a_killed_one(Workshop workshop) {
        workshop.migration(1, "create table a (id int)", "drop table a");
        workshop.apply();
        try (Session orphan = Session.open(workshop.target(), "killed")) {
            orphan.execute("insert into lockkeeper.run (run, component, command, pid, backend_start)"
                    + " select gen_random_uuid(), 'main', 'apply', pid, backend_start from pg_stat_activity"
                    + " where pid = pg_backend_pid()");
            Problem problem =
                    workshop.problem(() -> workshop.lockkeeper().run(Request.apply(), Duration.ZERO, event -> {}));
            assertThat(problem.why())
                    .contains("the session of an earlier run, which is still at work: apply (pid " + orphan.pid());
        }
        assertThat(workshop.apply().isEmpty()).isTrue();
    }
}
