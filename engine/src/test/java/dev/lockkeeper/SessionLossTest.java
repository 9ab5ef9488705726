package dev.lockkeeper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.apply.Event;
import dev.lockkeeper.apply.Runner;
import dev.lockkeeper.database.Access;
import dev.lockkeeper.database.RunnerLock;
import dev.lockkeeper.database.ScriptSession;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.gate.Admission;
import dev.lockkeeper.history.HistoryTable;
import dev.lockkeeper.plan.Planner;
import dev.lockkeeper.plan.Policy;
import dev.lockkeeper.plan.Request;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Assertions;
import dev.lockkeeper.project.Hooks;
import dev.lockkeeper.project.Patience;
import dev.lockkeeper.project.Secret;
import dev.lockkeeper.project.Target;
import dev.lockkeeper.source.Convention;
import dev.lockkeeper.source.Tokens;
import dev.lockkeeper.trace.Tracing;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
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
        workshop.migration(1, "create table a (id int); select pg_sleep(0.1)", "drop table a");
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
    void watch_that_gets_its_connection_only_after_the_run_gives_it_back(Workshop workshop) throws Exception {
        workshop.execute("create table gate (id int); insert into gate values (1)");
        workshop.migration(
                1,
                "do $$ begin while exists (select from gate) loop perform pg_sleep(0.01); end loop; end $$;",
                "select 1");
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        CountDownLatch opened = new CountDownLatch(1);
        Supplier<Session> sessions = () -> {
            asked.countDown();
            // as slow to connect as to notice that it is interrupted
            boolean waiting = true;
            while (waiting) {
                try {
                    over.await();
                    waiting = false;
                } catch (InterruptedException e) {
                    // goes on
                }
            }
            Session late = Session.open(workshop.target(), "late");
            opened.countDown();
            return late;
        };
        HistoryTable table = new HistoryTable("lockkeeper", "main");
        CompletableFuture<Void> run = Workshop.inThread(() -> {
            try (Session control = Session.open(workshop.target(), "control")) {
                new Runner(
                                table,
                                Patience.standard(),
                                Hooks.none(),
                                Assertions.none(),
                                new Access.Direct(workshop.target()),
                                Tracing.NONE,
                                event -> {})
                        .run(
                                control,
                                sessions,
                                sessions,
                                () -> ScriptSession.open(workshop.target(), "work"),
                                Duration.ofSeconds(30),
                                history -> Admission.free(
                                        new Planner(workshop.lockkeeper().migrations(), history, Policy.strict())
                                                .plan(Request.apply(), problem -> problem)));
            }
        });
        assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
        workshop.execute("delete from gate");
        run.get(60, TimeUnit.SECONDS);
        over.countDown();
        assertThat(opened.await(60, TimeUnit.SECONDS)).isTrue();
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(
                                workshop.rows("select 1 from pg_stat_activity where application_name = 'late'"))
                        .isEmpty());
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

    @Test
    void server_without_a_free_connection_is_exhausted_and_not_out_of_reach(Workshop workshop) {
        workshop.migration(1, "create table a (id int)", "drop table a");
        workshop.execute("create role single login password 'single' connection limit 1; do $$ begin execute"
                + " format('grant create on database %I to single', current_database()); end $$");
        try {
            Target own = workshop.target();
            Target single = new Target(
                    own.host(), own.port(), own.database(), "single", new Secret("single"), own.properties());
            Lockkeeper lockkeeper = Lockkeeper.of(
                    workshop.folder(Convention.FLYWAY, Tokens.none()), single, "lockkeeper", Policy.strict());
            Problem problem = workshop.problem(() -> Workshop.run(lockkeeper, Request.apply()));
            assertThat(problem.code()).isEqualTo(Code.SERVER_EXHAUSTED);
            assertThat(problem.message()).isEqualTo("role \"single\" has no connection left");
            assertThat(problem.help()).contains("alter role \"single\" connection limit N");
        } finally {
            workshop.execute("drop owned by single; drop role single");
        }
    }
}
