package dev.lockkeeper.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.plan.Policy;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.project.Patience;
import dev.lockkeeper.report.Json;
import dev.lockkeeper.report.Style;
import dev.lockkeeper.source.Migrations;
import dev.lockkeeper.source.Script;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@Tag("RUN-10")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WindowTest {
    /** Holds the lock until somebody waits for it, and then for half a second more. */
    private static final String HOLD = """
            do $$ begin
              lock table a;
              while not exists (select from pg_locks where relation = 'a'::regclass and not granted) loop
                perform pg_sleep(0.005);
              end loop;
              perform pg_sleep(0.5);
            end $$;
            """;

    private EmbeddedPostgres server;

    @BeforeAll
    void start() {
        server = EmbeddedPostgres.start();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private WindowReport window(@Nullable String workload, Duration window, Duration stall, String... scripts) {
        Window.Settings settings = new Window.Settings(
                List.of(),
                "lockkeeper",
                workload == null ? null : Script.of("workload.sql", workload),
                3,
                window,
                stall);
        return new Window(server, settings)
                .run(
                        List.of(subject(Histories.of(scripts), "insert into a select generate_series(1, 100)")),
                        component -> {});
    }

    private static Window.Subject subject(Migrations migrations, String data) {
        return new Window.Subject(migrations, Policy.strict(), List.of(Script.of("data.sql", data)));
    }

    private static WindowPhase phase(WindowReport report, WindowPhase.Kind kind) {
        return report.components().get(0).phases().stream()
                .filter(p -> p.kind() == kind)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void a_history_that_holds_up_nobody_is_within_the_limits() {
        WindowReport report = window(
                null,
                Duration.ofMinutes(10),
                Duration.ofMinutes(1),
                "create table a (id int)",
                "drop table a",
                "alter table a add b int",
                "alter table a drop b");
        assertThat(report.passed()).isTrue();
        ComponentWindow window = report.components().get(0);
        assertThat(window.stopped()).isNull();
        assertThat(window.rows()).isEqualTo(100);
        assertThat(window.workload())
                .containsExactly(
                        "select * from \"public\".\"a\" limit 1",
                        "lock table \"public\".\"a\" in row exclusive mode; select 1");
        assertThat(window.phases()).extracting(WindowPhase::kind).containsExactly(WindowPhase.Kind.values());
        assertThat(window.phases()).extracting(WindowPhase::migrations).containsExactly(1, 1, 2, 2);
        assertThat(window.migrations()).allSatisfy(m -> {
            assertThat(m.applyNanos()).isPositive();
            assertThat(m.rollbackNanos()).isPositive();
        });
        assertThat(window.quiet().statements()).isGreaterThan(100);
        assertThat(window.quiet().gone()).isZero();
        assertThat(String.join("\n", new WindowWriter(Style.PLAIN).summary(report)))
                .contains("within the window of 10 min", "within 1 min", "Within the limits on PostgreSQL 18.");
    }

    @Test
    void a_rollback_that_holds_a_lock_is_seen_as_the_stall_of_who_waits_for_it() {
        WindowReport report = window(
                null,
                Duration.ofMinutes(10),
                Duration.ofMillis(400),
                "create table a (id int)",
                "drop table a",
                "alter table a add b int",
                HOLD + "alter table a drop b");
        assertThat(report.fits(WindowPhase.Kind.ROLLBACK_ALL)).isTrue();
        assertThat(report.flows()).isFalse();
        assertThat(report.passed()).isFalse();
        Stalls stalls = phase(report, WindowPhase.Kind.ROLLBACK_NEWEST).stalls();
        assertThat(stalls.longestNanos())
                .isGreaterThan(Duration.ofMillis(500).toNanos())
                .isGreaterThan(10 * report.components().get(0).quiet().medianNanos());
        assertThat(stalls.statement()).contains("\"a\"");
        WindowMigration second = report.components().get(0).migrations().get(1);
        assertThat(second.stallNanos()).isGreaterThan(Duration.ofMillis(500).toNanos());
        assertThat(String.join("\n", new WindowWriter(Style.PLAIN).summary(report)))
                .contains("! the longest stall during a rollback was", "longer than 400 ms: ", "Not within the limits");
        assertThat(Json.object(WindowWriter.SCHEMA, json -> WindowWriter.json(json, report)))
                .contains("\"passed\":false", "\"kind\":\"rollback-newest\"", "\"stallMs\":400");
    }

    @Test
    void a_run_that_takes_longer_than_the_window_is_a_finding() {
        WindowReport report = window(
                null,
                Duration.ofMillis(100),
                Duration.ofMinutes(1),
                "create table a (id int)",
                "drop table a",
                "create table b (id int); select pg_sleep(0.2)",
                "drop table b");
        assertThat(report.fits(WindowPhase.Kind.APPLY_NEWEST)).isFalse();
        assertThat(report.longest(false)).isIn(WindowPhase.Kind.APPLY_NEWEST, WindowPhase.Kind.APPLY_ALL);
        assertThat(report.flows()).isTrue();
        assertThat(report.passed()).isFalse();
    }

    @Test
    void a_statement_that_waits_and_then_finds_its_table_gone_has_stalled() {
        WindowReport report = window(
                null,
                Duration.ofMinutes(10),
                Duration.ofMillis(400),
                "create table a (id int); create table other (id int)",
                HOLD + "drop table a; drop table other");
        Stalls stalls = phase(report, WindowPhase.Kind.ROLLBACK_NEWEST).stalls();
        assertThat(stalls.gone()).isPositive();
        assertThat(stalls.longestNanos()).isGreaterThan(Duration.ofMillis(400).toNanos());
        assertThat(report.flows()).isFalse();
        assertThat(report.passed()).isFalse();
    }

    @Test
    void a_workload_of_ones_own_is_sent_in_turn() {
        WindowReport report = window(
                "select count(*) from a; insert into a values (7) returning id;",
                Duration.ofMinutes(10),
                Duration.ofMinutes(1),
                "create table a (id int)",
                "drop table a",
                "alter table a add b int",
                "alter table a drop b");
        ComponentWindow window = report.components().get(0);
        assertThat(window.workload())
                .containsExactly("select count(*) from a", "insert into a values (7) returning id");
        assertThat(window.quiet().failed()).isZero();
        assertThat(report.passed()).isTrue();
    }

    @Test
    void a_workload_that_does_not_work_is_told_with_its_place() {
        LockkeeperException refused = catchThrowableOfType(
                LockkeeperException.class,
                () -> window(
                        "select 1;\nselect nothing from a;",
                        Duration.ofMinutes(10),
                        Duration.ofMinutes(1),
                        "create table a (id int)",
                        "drop table a"));
        assertThat(refused.problems())
                .singleElement()
                .satisfies(p -> assertThat(String.valueOf(p.place())).isEqualTo("workload.sql:2:1"));
    }

    @Test
    void a_rollback_that_fails_is_told_with_what_was_measured_before() {
        WindowReport report = window(
                null,
                Duration.ofMinutes(10),
                Duration.ofMinutes(1),
                "create table a (id int)",
                "drop table no_such_table",
                "alter table a add b int",
                "alter table a drop b");
        ComponentWindow window = report.components().get(0);
        assertThat(window.stopped()).isNotNull();
        assertThat(window.phases()).hasSize(3);
        assertThat(window.migrations().get(0).rollbackNanos()).isEqualTo(-1);
        assertThat(report.passed()).isFalse();
        assertThat(String.join("\n", new WindowWriter(Style.PLAIN).text(window)))
                .contains("no_such_table");
    }

    @Test
    void the_runner_gives_way_to_the_traffic_as_anywhere_else() {
        Window.Settings settings = new Window.Settings(
                List.of(),
                "lockkeeper",
                Script.of("workload.sql", """
                        do $$ begin
                          perform from a;
                          for i in 1..30 loop
                            if exists (select from pg_locks where relation = 'a'::regclass and not granted) then
                              perform pg_sleep(0.3);
                              exit;
                            end if;
                            perform pg_sleep(0.01);
                          end loop;
                        end $$;
                        """),
                8,
                Duration.ofMinutes(10),
                Duration.ofMinutes(1));
        Policy impatient = new Policy(true, false, false, new Patience(Duration.ofMillis(50), Duration.ZERO, 1));
        List<Window.Subject> subjects = List.of(
                new Window.Subject(Histories.of("create table a (id int)", "drop table a"), impatient, List.of()));
        WindowReport report = new Window(server, settings).run(subjects, component -> {});
        assertThat(report.components().get(0).stopped())
                .satisfies(p -> assertThat(p == null ? null : p.code()).isEqualTo(Code.LOCK_NOT_AVAILABLE));
    }
}
