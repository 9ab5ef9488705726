package dev.lockkeeper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.apply.Event;
import dev.lockkeeper.apply.Untried;
import dev.lockkeeper.database.RunnerLock;
import dev.lockkeeper.gate.Gate;
import dev.lockkeeper.plan.Policy;
import dev.lockkeeper.plan.Request;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Assertions;
import dev.lockkeeper.project.Hook;
import dev.lockkeeper.project.Hooks;
import dev.lockkeeper.project.Patience;
import dev.lockkeeper.source.Tokens;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Workshops.class)
@Tag("RUN-07")
class DryRunTest {
    /** All that a run leaves in a database, sequences left out. */
    private static final String EVERYTHING =
            "select c.oid || ' ' || relname || ' ' || relfilenode || ' ' || relnatts from"
                    + " pg_class c join pg_namespace n on n.oid = relnamespace where nspname !~ '^pg_' and nspname <>"
                    + " 'information_schema' union all select nspname from pg_namespace where nspname !~ '^pg_(toast_)?temp'"
                    + " union all select proname || prosrc from pg_proc where oid >= 16384 union all select enumlabel from pg_enum"
                    + " order by 1";

    private final List<Event> events = new CopyOnWriteArrayList<>();

    private List<Untried> dryRun(Lockkeeper lockkeeper, Request request) {
        return lockkeeper.dryRun(request, Duration.ofSeconds(30), Gate.OPEN, events::add);
    }

    private List<Untried> dryRun(Workshop workshop) {
        return dryRun(workshop.lockkeeper(), Request.apply());
    }

    private List<String> steps() {
        return events.stream()
                .flatMap(e ->
                        e instanceof Event.StepFinished f ? Stream.of(f.step().name()) : Stream.empty())
                .toList();
    }

    private List<String> apart() {
        return events.stream()
                .flatMap(e -> e instanceof Event.Apart a ? Stream.of(a.sentence()) : Stream.empty())
                .toList();
    }

    @Test
    void plan_runs_on_the_database_itself_and_nothing_of_it_remains(Workshop workshop) {
        workshop.migration(
                        1, "create table t (id int primary key, n int); insert into t values (1, 1);", "drop table t;")
                .apply();
        workshop.migration(
                        2,
                        "alter table t alter n type bigint;\nupdate t set n = n + 1;",
                        "alter table t alter n type int;")
                .migration(
                        3,
                        "create table u as select * from t where n = 2;\ncreate function f() returns int language sql as 'select 1';",
                        "select 1;")
                .migration(
                        4,
                        "copy u from stdin;\n2\t5\n\\.\ndo $$ begin if (select count(*) from u) <> 2 then raise 'rows'; end if; end $$;",
                        "select 1;");
        List<String> before = workshop.rows(EVERYTHING);
        List<String> record = workshop.rows("select h::text from lockkeeper.history h");
        assertThat(dryRun(workshop)).isEmpty();
        assertThat(steps()).containsExactly("2", "3", "4");
        assertThat(workshop.rows(EVERYTHING)).isEqualTo(before);
        assertThat(workshop.rows("select h::text from lockkeeper.history h")).isEqualTo(record);
        assertThat(workshop.rows("select count(*) from lockkeeper.run")).containsExactly("1");
        assertThat(workshop.rows("select id, n from t")).containsExactly("1|1");
        workshop.apply();
        assertThat(workshop.history()).hasSize(4);
    }

    @Test
    void database_without_a_record_gets_none(Workshop workshop) {
        workshop.migration(1, "create table t (id int);", "drop table t;");
        assertThat(dryRun(workshop)).isEmpty();
        assertThat(steps()).containsExactly("1");
        assertThat(workshop.rows("select nspname from pg_namespace where nspname = 'lockkeeper'"))
                .isEmpty();
        assertThat(workshop.tables()).isEmpty();
        assertThat(workshop.rows("select count(*) from pg_locks where locktype = 'advisory'"))
                .containsExactly("0");
    }

    @Test
    void rollback_is_tried_the_same_way(Workshop workshop) {
        workshop.migration(1, "create table t (id int);", "drop table t;")
                .migration(2, "create table u (id int);", "drop table u;\nselect 1 / 0;")
                .apply();
        Problem problem = workshop.problem(() -> dryRun(workshop.lockkeeper(), Request.rollback(1)));
        assertThat(workshop.place(problem)).isEqualTo("U2__m2.sql:2:1");
        workshop.write("U2__m2.sql", "drop table u;");
        assertThat(dryRun(workshop.lockkeeper(), Request.rollback(2))).isEmpty();
        assertThat(steps()).containsExactly("2", "1");
        assertThat(workshop.tables()).containsExactly("t", "u");
        assertThat(workshop.history()).containsExactly("1|applied", "2|applied");
    }

    @Test
    void failure_is_that_of_a_real_run_with_its_place_and_nothing_is_kept(Workshop workshop) {
        workshop.migration(1, "create table t (id int);", "drop table t;")
                .migration(2, "create table u (id int);\ninsert into u\nselect 1 / 0;", "drop table u;");
        Problem problem = workshop.problem(() -> dryRun(workshop));
        assertThat(problem.code()).isEqualTo(Code.STATEMENT_FAILED);
        assertThat(workshop.place(problem)).isEqualTo("V2__m2.sql:2:1");
        assertThat(problem.notes()).contains("kept: nothing, for this was a dry run; a real run would have kept 1");
        assertThat(workshop.tables()).isEmpty();
        assertThat(workshop.lockkeeper().status().rows()).allMatch(row -> row.entry() == null);
        assertThat(workshop.rows("select nspname from pg_namespace where nspname = 'lockkeeper'"))
                .isEmpty();
    }

    @Test
    void lock_that_is_not_to_be_had_is_tried_again_without_holding_the_others(Workshop workshop) throws Exception {
        workshop.migration(1, "create table a (id int); create table b (id int);", "drop table a, b;")
                .apply();
        workshop.migration(2, "alter table a add n int;", "select 1;")
                .migration(3, "alter table b add n int;", "select 1;");
        Patience patience = new Patience(Duration.ofMillis(300), Duration.ZERO, 1000);
        try (Person holder = workshop.session()) {
            holder.execute("begin; select * from b");
            CompletableFuture<Void> run = Workshop.inThread(() -> dryRun(
                    workshop.lockkeeper(new Policy(true, false, false, patience), Tokens.none()), Request.apply()));
            Awaitility.await()
                    .until(() -> events.stream().anyMatch(e -> e instanceof Event.Retrying r && r.attempt() >= 2));
            Awaitility.await()
                    .until(() -> events.stream()
                            .anyMatch(e -> e instanceof Event.Blocked b
                                    && b.by().get(0).pid() == holder.pid()));
            holder.execute("commit");
            run.get(60, TimeUnit.SECONDS);
        }
        assertThat(steps()).endsWith("2", "3");
        assertThat(workshop.rows("select attname from pg_attribute where attname = 'n' and attrelid in ('a'::regclass,"
                        + " 'b'::regclass)"))
                .isEmpty();
    }

    @Test
    void step_that_runs_in_no_transaction_is_left_out_by_name_with_those_behind_it(Workshop workshop) {
        workshop.migration(1, "create table t (id int);", "drop table t;")
                .migration(2, "select 1;\ncreate index concurrently t_id on t (id);", "drop index concurrently t_id;")
                .migration(3, "create table u (id int);", "drop table u;");
        List<Untried> untried = dryRun(workshop);
        assertThat(steps()).containsExactly("1");
        assertThat(untried).extracting(one -> one.step().name()).containsExactly("2", "3");
        assertThat(untried.get(0).place().line()).isEqualTo(2);
        assertThat(untried.get(0).reason()).isEqualTo("CREATE INDEX CONCURRENTLY runs outside of a transaction");
        assertThat(untried.get(1).reason()).isEqualTo("it comes after a step that was left out");
        assertThat(workshop.tables()).isEmpty();
    }

    @Test
    void what_only_the_server_knows_to_run_in_no_transaction_is_left_out_as_well(Workshop workshop) {
        workshop.migration(
                        1,
                        "create table t (id int); create procedure p() language plpgsql as $$ begin execute 'com' || 'mit'; end $$;",
                        "select 1;")
                .migration(2, "create type e as enum ('a'); create table k (e e);", "select 1;")
                .migration(
                        3,
                        "create procedure q() language plpgsql as $$ begin insert into t values (1); commit; end $$;",
                        "select 1;")
                .migration(4, "call q();", "select 1;");
        List<Untried> untried = dryRun(workshop);
        assertThat(steps()).containsExactly("1", "2", "3");
        assertThat(untried).extracting(one -> one.step().name()).containsExactly("4");
        assertThat(untried.get(0).reason()).contains("invalid transaction termination");
    }

    @Test
    void what_fails_only_because_the_scripts_share_a_transaction_is_no_failure(Workshop workshop) {
        workshop.migration(1, "create type e as enum ('a'); create table k (e e);", "select 1;")
                .apply();
        workshop.migration(2, "alter type e add value 'b';", "select 1;")
                .migration(3, "insert into k values ('b');", "select 1;");
        List<Untried> untried = dryRun(workshop);
        assertThat(untried).extracting(one -> one.step().name()).containsExactly("3");
        assertThat(untried.get(0).reason()).contains("unsafe use of new value", "together with the scripts before it");
    }

    @Test
    void script_finds_what_it_would_find_in_a_session_of_its_own(Workshop workshop) {
        workshop.migration(
                        1,
                        "create table p (id int primary key); create table c (p int references p deferrable initially"
                                + " deferred); create temp table x (id int); set search_path = pg_catalog; set session"
                                + " authorization default; set lockkeeper_test.a = 'b'; set datestyle = 'SQL, DMY'; prepare"
                                + " q as select 1; declare d cursor with hold for select 1; select pg_advisory_lock(77);",
                        "select 1;")
                .migration(
                        2,
                        "create temp table x (id int); prepare q as select 2; insert into c values (1); insert into p"
                                + " values (1); do $$ begin if current_setting('datestyle') like 'SQL%' then raise"
                                + " 'style'; end if; if (select count(*) from pg_locks where locktype = 'advisory' and objid"
                                + " = 77) > 0 then raise 'lock'; end if; end $$;",
                        "select 1;");
        assertThat(dryRun(workshop)).isEmpty();
        assertThat(steps()).containsExactly("1", "2");
        workshop.migration(3, "insert into c values (7);", "select 1;");
        Problem problem = workshop.problem(() -> dryRun(workshop));
        assertThat(problem.code()).isEqualTo(Code.STATEMENT_FAILED);
        assertThat(problem.message()).contains("violates foreign key constraint");
        assertThat(workshop.place(problem)).startsWith("V3__m3.sql");
    }

    @Test
    void script_does_not_find_constraints_put_off_by_one_before_it(Workshop workshop) {
        workshop.migration(
                        1,
                        "create table p (id int primary key); create table c (p int references p deferrable); set constraints"
                                + " all deferred; insert into c values (1); insert into p values (1);",
                        "select 1;")
                .migration(2, "insert into c values (2); insert into p values (2);", "select 1;");
        Problem problem = workshop.problem(() -> dryRun(workshop));
        assertThat(problem.code()).isEqualTo(Code.STATEMENT_FAILED);
        assertThat(problem.message()).contains("violates foreign key constraint");
        assertThat(workshop.place(problem)).startsWith("V2__m2.sql");
        workshop.migration(2, "insert into p values (2); insert into c values (2);", "select 1;");
        assertThat(dryRun(workshop)).isEmpty();
    }

    @Test
    void what_no_rollback_takes_back_is_said_and_commands_of_the_project_do_not_run(Workshop workshop) {
        workshop.migration(
                1,
                "create sequence s;\nselect setval('s', 7);\ncopy (select 1) to program 'cat > /dev/null';",
                "select 1;");
        Place place = new Place("lockkeeper.yaml", 3, 1, "x");
        List<Hook> before = List.of(new Hook.Run(place, "touch made"), new Hook.Check(place, "select true"));
        List<Hook> after = List.of(new Hook.Check(place, "select to_regclass('public.s') is not null"));
        Hooks hooks = new Hooks(workshop.folder(), before, after, List.of(), List.of(), List.of());
        dryRun(
                workshop.lockkeeper(new Policy(true, false, false, Patience.standard(), hooks), Tokens.none()),
                Request.apply());
        assertThat(apart())
                .containsExactly(
                        "a command of the project is not run: touch made",
                        "no rollback takes this back: it moves a sequence",
                        "no rollback takes this back: it runs a program on the server");
        assertThat(workshop.folder().resolve("made")).doesNotExist();
    }

    @Test
    void checks_of_the_project_and_what_it_asserts_stop_it(Workshop workshop) {
        workshop.migration(1, "create table t (id int); insert into t values (1);", "drop table t;");
        Place place = new Place("lockkeeper.yaml", 3, 1, "x");
        Hooks hooks = new Hooks(
                workshop.folder(),
                List.of(),
                List.of(new Hook.Check(place, "select count(*) = 2 from t")),
                List.of(),
                List.of(),
                List.of());
        Policy checked = new Policy(true, false, false, Patience.standard(), hooks);
        Problem failed = workshop.problem(() -> dryRun(workshop.lockkeeper(checked, Tokens.none()), Request.apply()));
        assertThat(failed.code()).isEqualTo(Code.CHECK_AFTER_FAILED);
        assertThat(failed.place()).isEqualTo(place);
        Policy asserted = new Policy(
                true, false, false, Patience.standard(), Hooks.none(), new Assertions(false, false, true, List.of()));
        Problem seeds = workshop.problem(() -> dryRun(workshop.lockkeeper(asserted, Tokens.none()), Request.apply()));
        assertThat(seeds.code()).isEqualTo(Code.ASSERTION_FAILED);
        assertThat(workshop.tables()).isEmpty();
    }

    @Test
    void runner_lock_is_held_meanwhile_and_waited_for(Workshop workshop) {
        workshop.migration(1, "create table t (id int);", "drop table t;");
        RunnerLock lock = new RunnerLock("lockkeeper", "main");
        Lockkeeper lockkeeper = workshop.lockkeeper();
        lockkeeper.dryRun(Request.apply(), Duration.ZERO, Gate.OPEN, event -> {
            if (event instanceof Event.StepFinished) {
                assertThat(workshop.rows(lock.trySql())).containsExactly("f");
            }
        });
        try (Person holder = workshop.session()) {
            holder.query(lock.trySql());
            Problem held =
                    workshop.problem(() -> lockkeeper.dryRun(Request.apply(), Duration.ZERO, Gate.OPEN, event -> {}));
            assertThat(held.code()).isEqualTo(Code.RUNNER_LOCK_HELD);
        }
    }

    @Test
    void session_that_is_ended_in_the_middle_leaves_nothing(Workshop workshop) {
        workshop.migration(1, "create table t (id int);", "drop table t;")
                .migration(2, "select pg_terminate_backend(pg_backend_pid());", "select 1;");
        Problem problem = workshop.problem(() -> dryRun(workshop));
        assertThat(problem.code()).isEqualTo(Code.CONNECTION_LOST);
        assertThat(workshop.tables()).isEmpty();
        assertThat(workshop.rows("select nspname from pg_namespace where nspname = 'lockkeeper'"))
                .isEmpty();
    }

    @Test
    void step_that_was_begun_is_left_out(Workshop workshop) {
        workshop.migration(1, "create table t (id int);\nvacuum t;\nselect 1 / 0;", "drop table if exists t;");
        workshop.problem(workshop::apply);
        workshop.retry("1");
        List<Untried> untried = dryRun(workshop);
        assertThat(untried)
                .extracting(Untried::reason)
                .containsExactly("an earlier run has left it unfinished, and what it does depends on that");
        assertThat(steps()).isEmpty();
    }
}
