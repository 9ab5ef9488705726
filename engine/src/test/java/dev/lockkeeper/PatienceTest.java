package dev.lockkeeper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.apply.Event;
import dev.lockkeeper.plan.Policy;
import dev.lockkeeper.plan.Request;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Patience;
import dev.lockkeeper.source.Tokens;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** How a run behaves towards others that hold what it needs. */
@ExtendWith(Workshops.class)
@Tag("RUN-04")
class PatienceTest {
    private static final String WAITING =
            "select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";

    private final List<Event> events = new CopyOnWriteArrayList<>();

    private Lockkeeper lockkeeper(Workshop workshop, long lockMillis, long statementMillis, int attempts) {
        Patience patience = new Patience(Duration.ofMillis(lockMillis), Duration.ofMillis(statementMillis), attempts);
        return workshop.lockkeeper(new Policy(true, false, false, patience), Tokens.none());
    }

    private CompletableFuture<Void> start(Lockkeeper lockkeeper) {
        return Workshop.inThread(() -> lockkeeper.run(Request.apply(), Duration.ofSeconds(30), events::add));
    }

    private void await(Predicate<Event> seen) {
        Awaitility.await().until(() -> events.stream().anyMatch(seen));
    }

    private static void table(Workshop workshop) {
        workshop.migration(1, "create table t (id int);", "drop table t;").apply();
        workshop.migration(2, "create table u (id int);\nalter table t add column n int;\n", "select 1;");
    }

    private static Person holder(Workshop workshop) {
        Person holder = workshop.session();
        holder.execute("set application_name = 'holder'; begin; select * from t");
        return holder;
    }

    @Test
    void run_comes_back_until_the_lock_is_free_and_says_who_holds_it(Workshop workshop) throws Exception {
        table(workshop);
        try (Person holder = holder(workshop)) {
            CompletableFuture<Void> run = start(lockkeeper(workshop, 300, 0, 1000));
            await(e -> e instanceof Event.Retrying r && r.attempt() >= 2);
            await(e -> e instanceof Event.Blocked b
                    && b.by().get(0).pid() == holder.pid()
                    && b.by().get(0).sentence().contains("holder")
                    && b.by().get(0).query().contains("select * from t"));
            assertThat(workshop.tables()).as("nothing of an attempt remains").containsExactly("t");
            holder.execute("commit");
            run.get(60, TimeUnit.SECONDS);
        }
        assertThat(workshop.history()).containsExactly("1|applied", "2|applied");
        assertThat(workshop.tables()).containsExactly("t", "u");
    }

    @Test
    void run_that_gives_up_names_who_stood_in_the_way_and_leaves_nothing(Workshop workshop) {
        table(workshop);
        try (Person holder = holder(workshop)) {
            Problem problem = workshop.problem(() -> Workshop.run(lockkeeper(workshop, 600, 0, 2), Request.apply()));
            assertThat(problem.code()).isEqualTo(Code.LOCK_NOT_AVAILABLE);
            assertThat(workshop.place(problem)).isEqualTo("V2__m2.sql:2:1");
            assertThat(String.join("\n", problem.notes()))
                    .contains(
                            "blocked by process " + holder.pid(),
                            "select * from t",
                            "tried 2 times",
                            "aborted: version 2");
        }
        assertThat(workshop.tables()).containsExactly("t");
        assertThat(workshop.rows("select count(*) from pg_locks where locktype = 'advisory'"))
                .containsExactly("0");
    }

    @Test
    void others_get_past_a_run_that_waits(Workshop workshop) throws Exception {
        table(workshop);
        try (Person holder = holder(workshop);
                Person reader = workshop.session()) {
            CompletableFuture<Void> run = start(lockkeeper(workshop, 300, 0, 1000));
            await(e -> e instanceof Event.Retrying);
            for (int i = 0; i < 3; i++) {
                reader.query("select * from t");
            }
            assertThat(run).as("the holder still holds it").isNotDone();
            holder.execute("commit");
            run.get(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void others_pile_up_behind_a_run_that_waits_for_ever(Workshop workshop) throws Exception {
        table(workshop);
        try (Person holder = holder(workshop);
                Person reader = workshop.session()) {
            CompletableFuture<Void> run = start(lockkeeper(workshop, 0, 0, 1));
            Awaitility.await().until(() -> workshop.rows(WAITING).size() == 1);
            CompletableFuture<Void> read = Workshop.inThread(() -> reader.query("select * from t"));
            Awaitility.await().until(() -> workshop.rows(WAITING).size() == 2);
            assertThat(read).isNotDone();
            holder.execute("commit");
            run.get(60, TimeUnit.SECONDS);
            read.get(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void concurrent_build_waits_for_older_transactions_as_long_as_it_takes(Workshop workshop) throws Exception {
        workshop.migration(1, "create table t (id int);", "drop table t;").apply();
        workshop.migration(2, "create index concurrently t_id on t (id);", "drop index t_id;");
        try (Person holder = workshop.session()) {
            holder.execute("begin; insert into t values (1)");
            CompletableFuture<Void> run = start(lockkeeper(workshop, 20, 0, 1));
            await(e -> e instanceof Event.Blocked b && b.by().get(0).pid() == holder.pid());
            holder.execute("commit");
            run.get(60, TimeUnit.SECONDS);
        }
        assertThat(events).noneMatch(e -> e instanceof Event.Retrying);
        assertThat(workshop.rows("select indisvalid from pg_index where indexrelid = 't_id'::regclass"))
                .containsExactly("t");
    }

    @Test
    void limit_that_a_script_sets_for_itself_holds(Workshop workshop) {
        workshop.migration(1, "create table t (id int);", "drop table t;").apply();
        workshop.migration(
                2, "set lock_timeout = '30ms';\ncreate index concurrently t_id on t (id);\n", "drop index t_id;");
        try (Person holder = workshop.session()) {
            holder.execute("begin; insert into t values (1)");
            Problem problem = workshop.problem(() -> Workshop.run(lockkeeper(workshop, 2000, 0, 1), Request.apply()));
            assertThat(problem.server()).asString().contains("55P03");
        }
        workshop.apply();
        assertThat(workshop.rows("select indisvalid from pg_index where indexrelid = 't_id'::regclass"))
                .containsExactly("t");
    }

    @Test
    void deadlock_with_traffic_is_tried_again(Workshop workshop) throws Exception {
        workshop.migration(
                        1,
                        "create table a (id int);\ncreate table b (id int);\ncreate sequence attempt;\n",
                        "drop table a, b;\ndrop sequence attempt;\n")
                .apply();
        // the first attempt goes on to b when the traffic, which holds b, waits for a
        workshop.migration(2, """
                alter table a add n int;
                do $$ begin
                    if nextval('attempt') = 1 then
                        while not exists (select from pg_locks where not granted and relation = 'a'::regclass) loop
                            perform pg_sleep(0.01);
                        end loop;
                    end if;
                end $$;
                alter table b add n int;
                """, "select 1;");
        workshop.execute("alter database \"" + workshop.target().database() + "\" set deadlock_timeout = '20ms'");
        try (Person traffic = workshop.session()) {
            traffic.execute("set deadlock_timeout = '1h'; begin; select * from b");
            CompletableFuture<Void> run = start(lockkeeper(workshop, 30_000, 0, 1000));
            Awaitility.await()
                    .until(() -> workshop.rows("select 1 from pg_locks where relation = 'a'::regclass")
                                    .size()
                            == 1);
            traffic.query("select * from a");
            traffic.execute("commit");
            run.get(60, TimeUnit.SECONDS);
        }
        assertThat(events).anyMatch(e -> e instanceof Event.Retrying);
        assertThat(workshop.history()).containsExactly("1|applied", "2|applied");
    }

    @Test
    void statement_that_works_too_long_is_stopped_and_not_tried_again(Workshop workshop) {
        workshop.migration(1, "create table t (id int);\nselect pg_sleep(60);\n", "drop table t;");
        Problem problem = workshop.problem(() -> Workshop.run(lockkeeper(workshop, 0, 50, 5), Request.apply()));
        assertThat(problem.server()).asString().contains("57014");
        assertThat(problem.notes()).noneMatch(note -> note.startsWith("tried"));
        assertThat(workshop.tables()).isEmpty();
    }

    @Test
    void pauses_double_up_to_ten_seconds_and_chance_takes_up_to_half() {
        Patience patience = Patience.standard();
        assertThat(patience.pause(1, 0)).isEqualTo(Duration.ofMillis(200));
        assertThat(patience.pause(2, 0)).isEqualTo(Duration.ofMillis(400));
        assertThat(patience.pause(2, 0.5)).isEqualTo(Duration.ofMillis(300));
        assertThat(patience.pause(1000, 0)).isEqualTo(Duration.ofSeconds(10));
    }
}
