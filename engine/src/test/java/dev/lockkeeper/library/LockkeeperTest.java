package dev.lockkeeper.library;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.lockkeeper.apply.Event;
import dev.lockkeeper.apply.ScriptRunner;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.plan.Status;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an application can ask for, over a plain DataSource and over pools of all sizes. */
class LockkeeperTest {
    private static EmbeddedPostgres server;
    private Harbor harbor;

    @BeforeAll
    static void start() {
        server = EmbeddedPostgres.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void open(@TempDir Path folder) {
        harbor = new Harbor(server, folder);
    }

    @AfterEach
    void close() {
        harbor.close();
    }

    /** Scripts of all manners: one that waits for long enough to be watched, one in no transaction, one that spoils its session. */
    private void mixed() {
        mixed(true);
    }

    private void mixed(boolean outside) {
        String how = outside ? " concurrently" : "";
        harbor.migration(1, "create table a (id int); insert into a values (1);", "drop table a;")
                .migration(2, "create index" + how + " a_id on a (id);", "drop index" + how + " a_id;")
                .migration(
                        3,
                        "create temp table left_over (id int); set search_path = pg_temp; select set_config('my.user', 'x', false);",
                        "select 1;")
                .migration(4, "create table b (id int); select pg_sleep(1.2);", "drop table b;")
                .migration(
                        5,
                        "set my.other = 'y'; create table c as select current_setting('my.user', true) m;",
                        "drop table c;")
                .write("R__view.sql", "create or replace view v as select 1 as one;");
    }

    @Test
    void plain_data_source_serves_apply_status_and_rollback() {
        mixed();
        Lockkeeper lockkeeper = harbor.on(harbor.simple()).acceptLoss();
        assertThat(lockkeeper.plan().names()).containsExactly("1", "2", "3", "4", "5", "R__view");
        assertThat(lockkeeper.status().isCurrent()).isFalse();
        RunResult applied = lockkeeper.apply();
        assertThat(applied.names()).containsExactly("1", "2", "3", "4", "5", "R__view");
        assertThat(applied.run()).isNotNull();
        assertThat(applied.steps().get(1).manner()).isEqualTo(ScriptRunner.Manner.STATEMENTS);
        assertThat(applied.steps().get(3).duration()).isPositive();
        assertThat(harbor.tables()).containsExactly("a", "b", "c");
        assertThat(harbor.rows("select coalesce(m, 'nothing') from c")).containsExactly("nothing");
        assertThat(lockkeeper.status().isCurrent()).isTrue();
        RunResult again = lockkeeper.apply();
        assertThat(again.steps()).isEmpty();
        assertThat(again.run()).isNull();
        assertThat(lockkeeper.rollback(1).names()).containsExactly("5");
        assertThat(lockkeeper.rollbackTo("0").names()).containsExactly("4", "3", "2", "1");
        assertThat(harbor.tables()).isEmpty();
        assertThat(harbor.rows("select count(*) from pg_stat_activity where application_name like 'lockkeeper%'"))
                .containsExactly("0");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 10})
    @Tag("RUN-01")
    void pool_is_left_clean_and_whole_after_success(int size) throws SQLException {
        mixed(size > 2);
        HikariDataSource pool = harbor.pool(size);
        Lockkeeper lockkeeper = harbor.on(pool);
        assertThat(lockkeeper.plan().names()).hasSize(6);
        harbor.assertClean(pool);
        assertThat(lockkeeper.apply().names()).hasSize(6);
        harbor.assertClean(pool);
        assertThat(lockkeeper.apply().names()).isEmpty();
        assertThat(lockkeeper.status().isCurrent()).isTrue();
        lockkeeper.validate();
        harbor.assertClean(pool);
        assertThat(lockkeeper.acceptLoss().rollbackTo("0").names()).hasSize(5);
        harbor.assertClean(pool);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 10})
    void pool_is_left_clean_and_whole_after_failure(int size) throws SQLException {
        harbor.migration(1, "create table a (id int);", "drop table a;")
                .migration(
                        2, "create table b (id int);\nselect pg_sleep(1.2);\nselect nobody from a;", "drop table b;");
        HikariDataSource pool = harbor.pool(size);
        Problem problem = Harbor.problem(() -> harbor.on(pool).apply());
        assertThat(problem.code()).isEqualTo(Code.PARTLY_APPLIED);
        assertThat(String.valueOf(problem.place())).endsWith("V2__m2.sql:3:8");
        assertThat(problem.kept()).isTrue();
        harbor.assertClean(pool);
        assertThat(Harbor.problem(() -> harbor.on(pool).apply()).code()).isEqualTo(Code.STEP_FAILED);
        assertThat(harbor.on(pool).status().rows())
                .extracting(StatusResult.Row::state)
                .containsExactly(Status.State.APPLIED, Status.State.FAILED);
        harbor.assertClean(pool);
        assertThat(harbor.tables()).containsExactly("a");
    }

    @Test
    void pool_of_one_is_refused_when_there_is_work_and_serves_to_look() throws SQLException {
        harbor.migration(1, "create table a (id int);", "drop table a;");
        HikariConfig one = harbor.configuration(1);
        one.setConnectionTimeout(500);
        HikariDataSource pool = harbor.pool(one);
        Problem problem = Harbor.problem(() -> harbor.on(pool).apply());
        assertThat(problem.code()).isEqualTo(Code.POOL_TOO_SMALL);
        assertThat(problem.message()).contains("DataSource");
        harbor.assertClean(pool);
        assertThat(harbor.tables()).isEmpty();
        harbor.on(harbor.simple()).apply();
        assertThat(harbor.on(pool).apply().names()).isEmpty();
        assertThat(harbor.on(pool).status().isCurrent()).isTrue();
        harbor.assertClean(pool);
    }

    @Test
    void pool_of_two_refuses_a_statement_outside_of_a_transaction_before_it_begins() throws SQLException {
        mixed();
        HikariConfig two = harbor.configuration(2);
        two.setConnectionTimeout(500);
        HikariDataSource pool = harbor.pool(two);
        Problem problem = Harbor.problem(() -> harbor.on(pool).apply());
        assertThat(problem.code()).isIn(Code.POOL_TOO_SMALL, Code.PARTLY_APPLIED);
        assertThat(problem.why() + problem.message()).contains("DataSource");
        harbor.assertClean(pool);
        assertThat(harbor.rows("select to_regclass('a_id')")).containsExactly((String) null);
        assertThat(harbor.on(harbor.pool(3)).apply().names()).containsExactly("2", "3", "4", "5", "R__view");
    }

    @Test
    void apply_stops_at_a_version_and_says_what_was_not_understood() {
        mixed();
        Lockkeeper lockkeeper = harbor.on(harbor.simple());
        assertThat(lockkeeper.plan("V2").names()).containsExactly("1", "2");
        assertThat(lockkeeper.apply("2").names()).containsExactly("1", "2");
        assertThat(Harbor.problem(() -> lockkeeper.apply("two")).code()).isEqualTo(Code.USAGE);
        assertThat(Harbor.problem(() -> lockkeeper.apply("17")).code()).isEqualTo(Code.VERSION_UNKNOWN);
        assertThat(Harbor.problem(() -> lockkeeper.rollback(0)).code()).isEqualTo(Code.USAGE);
    }

    @Test
    void rollback_that_takes_data_needs_consent_and_leaves_all_without_it() {
        harbor.migration(1, "create table a (id int); insert into a values (1);", "drop table a;");
        Lockkeeper lockkeeper = harbor.on(harbor.simple());
        lockkeeper.apply();
        PlanResult plan = lockkeeper.planRollback(1);
        assertThat(plan.losses()).hasSize(1);
        assertThat(plan.losses().get(0).what()).isEqualTo("table public.a");
        assertThat(lockkeeper.planRollbackTo("0").names()).containsExactly("1");
        Problem problem = Harbor.problem(() -> lockkeeper.rollback(1));
        assertThat(problem.code()).isEqualTo(Code.ROLLBACK_UNCONFIRMED);
        assertThat(problem.help()).contains("acceptLoss()");
        assertThat(harbor.tables()).containsExactly("a");
        assertThat(lockkeeper.acceptLoss().rollback(1).names()).containsExactly("1");
        assertThat(harbor.tables()).isEmpty();
    }

    @Test
    void altered_missing_foreign_and_downless_migrations_are_refused_as_by_the_command() {
        harbor.migration(1, "create table a (id int);", "drop table a;")
                .migration(2, "create table b (id int);", "drop table b;");
        Lockkeeper lockkeeper = harbor.on(harbor.simple()).acceptLoss();
        lockkeeper.apply();
        harbor.write("V2__m2.sql", "create table b (id int, more int);");
        for (Runnable work : List.<Runnable>of(
                lockkeeper::apply, lockkeeper::plan, lockkeeper::validate, () -> lockkeeper.rollback(1))) {
            Problem problem = Harbor.problem(work);
            assertThat(problem.code()).isEqualTo(Code.MIGRATION_ALTERED);
            assertThat(problem.notes().toString()).contains("more int");
        }
        assertThat(lockkeeper.status().rows().get(1).state()).isEqualTo(Status.State.ALTERED);
        harbor.write("V2__m2.sql", "create table b (id int);").write("V3__m3.sql", "select 1;");
        assertThat(Harbor.problem(lockkeeper::apply).code()).isEqualTo(Code.MISSING_DOWN);
        assertThat(lockkeeper.downs("optional").apply().names()).containsExactly("3");
        assertThat(Harbor.problem(lockkeeper.component("other")::apply).code()).isEqualTo(Code.HISTORY_ELSEWHERE);
    }

    @Test
    void names_and_words_are_those_of_the_project_file() {
        harbor.migration(1, "create schema ${schema}; create table ${schema}.${table} ();", "drop schema ${schema};");
        Lockkeeper lockkeeper = Lockkeeper.on(harbor.simple())
                .migrations(harbor.folder().toString())
                .project("shop")
                .component("orders")
                .history("record")
                .convention("flyway")
                .schema("app")
                .tokens(Map.of("table", "t"))
                .strictTokens(true)
                .downs("required")
                .outOfOrder("allow")
                .otherHistory("ignore")
                .lockTimeout(Duration.ofSeconds(1))
                .lockAttempts(2)
                .longTransaction(Duration.ZERO)
                .statementTimeout(Duration.ofSeconds(9))
                .runnerLockTimeout(Duration.ofSeconds(5));
        assertThat(lockkeeper.apply().component()).isEqualTo("orders");
        assertThat(harbor.rows("select to_regclass('app.t')::text || ',' || component from record.history"))
                .containsExactly("app.t,orders");
    }

    @Test
    void what_is_not_understood_is_refused_by_name_at_once() {
        Lockkeeper lockkeeper = Lockkeeper.on(harbor.simple());
        Map<String, Runnable> wrong = Map.of(
                "convention is not flywai", () -> lockkeeper.convention("flywai"),
                "downs is not none", () -> lockkeeper.downs("none"),
                "out-of-order is not yes", () -> lockkeeper.outOfOrder("yes"),
                "a/b is not a name for component", () -> lockkeeper.component("a/b"),
                "lock-timeout is not PT-1S", () -> lockkeeper.lockTimeout(Duration.ofSeconds(-1)),
                "lock-attempts is not 0", () -> lockkeeper.lockAttempts(0),
                "it was not said where the migrations are", lockkeeper::apply);
        wrong.forEach((message, call) -> {
            Problem problem = Harbor.problem(call);
            assertThat(problem.code()).isEqualTo(Code.USAGE);
            assertThat(problem.message()).isEqualTo(message);
            assertThat(problem.help()).isNotNull();
        });
        for (String location : List.of(
                "classpath:",
                "classpath:a/../b",
                "classpath*:db",
                "classpath:db/*",
                "filesystem:db",
                "s3:bucket",
                " ")) {
            assertThat(Harbor.problem(() -> lockkeeper.migrations(location)).code())
                    .as(location)
                    .isEqualTo(Code.USAGE);
        }
        assertThat(Harbor.problem(() -> lockkeeper
                                .migrations(harbor.folder().resolve("nowhere"))
                                .apply())
                        .code())
                .isEqualTo(Code.FILE_UNREADABLE);
    }

    @Test
    void what_is_said_makes_another_one() {
        harbor.migration(1, "create table ${name} ();", "drop table ${name};");
        Lockkeeper plain = harbor.on(harbor.simple());
        Lockkeeper named = plain.token("name", "a");
        assertThat(plain.plan().warnings()).hasSizeGreaterThan(0);
        assertThat(named.plan().warnings()).isEmpty();
        assertThat(named.token("name", "b").plan().digest())
                .isNotEqualTo(named.plan().digest());
    }

    @Test
    void listener_hears_of_a_run_and_may_stop_it_before_it_begins() throws SQLException {
        harbor.migration(1, "create table a (id int);", "drop table a;");
        HikariDataSource pool = harbor.pool(3);
        List<Event> heard = Collections.synchronizedList(new ArrayList<>());
        IllegalStateException no = new IllegalStateException("no");
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> harbor.on(pool)
                        .listener(event -> {
                            throw no;
                        })
                        .apply())
                .isSameAs(no);
        harbor.assertClean(pool);
        harbor.on(pool).listener(heard::add).apply();
        Stream<String> kinds = heard.stream().map(event -> event.getClass().getSimpleName());
        assertThat(kinds).containsExactly("Planned", "Entered", "StepStarted", "StepFinished");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 10})
    @Tag("RUN-03")
    void two_threads_with_one_pool_apply_once(int size) throws Exception {
        IntStream.rangeClosed(1, 5)
                .forEach(i ->
                        harbor.migration(i, "create table t" + i + " (); select pg_sleep(0.2);", "drop table t" + i));
        HikariDataSource pool = harbor.pool(size);
        Lockkeeper lockkeeper = harbor.on(pool);
        var first = Harbor.inThread(lockkeeper::apply);
        var second = Harbor.inThread(lockkeeper::apply);
        assertThat(first.get().steps().size() + second.get().steps().size()).isEqualTo(5);
        harbor.assertClean(pool);
    }

    @Test
    @Tag("RUN-03")
    void two_nodes_that_start_at_once_apply_once() throws Exception {
        IntStream.rangeClosed(1, 5)
                .forEach(i ->
                        harbor.migration(i, "create table t" + i + " (); select pg_sleep(0.2);", "drop table t" + i));
        HikariDataSource one = harbor.pool(2);
        HikariDataSource two = harbor.pool(2);
        List<Event> waiting = Collections.synchronizedList(new ArrayList<>());
        var first = Harbor.inThread(() -> harbor.on(one).listener(waiting::add).apply());
        var second = Harbor.inThread(() -> harbor.on(two).listener(waiting::add).apply());
        assertThat(List.of(first.get().steps().size(), second.get().steps().size()))
                .containsExactlyInAnyOrder(0, 5);
        assertThat(waiting)
                .anyMatch(event ->
                        event instanceof Event.Waiting held && held.holder().startsWith("lockkeeper apply main"));
        harbor.assertClean(one);
        harbor.assertClean(two);
    }
}
