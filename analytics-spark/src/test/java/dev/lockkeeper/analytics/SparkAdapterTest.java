package dev.lockkeeper.analytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lockkeeper.analytics.adapter.Adapter;
import dev.lockkeeper.analytics.adapter.DuckDbAdapter;
import dev.lockkeeper.analytics.adapter.SparkAdapter;
import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.dialect.PostgresDialect;
import dev.lockkeeper.analytics.dialect.Span;
import dev.lockkeeper.analytics.quality.Examples;
import dev.lockkeeper.analytics.recon.Difference;
import dev.lockkeeper.analytics.recon.Reconciliation;
import dev.lockkeeper.analytics.roll.RollResult;
import dev.lockkeeper.analytics.roll.Roller;
import dev.lockkeeper.analytics.state.Site;
import dev.lockkeeper.analytics.state.StateScript;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** What Spark makes of events is what the database makes of them, in the database and in Iceberg, whoever dies. One Spark for all cases: its start is slow. */
@Tag("ANA-05")
@ExtendWith(Mill.Extension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SparkAdapterTest {
    private static final String SAMPLE =
            "insert into app.event (at, organization_id, model_id, status, prompt, completion, cost)"
                    + " select '2026-01-10 00:00+00'::timestamptz + n * interval '7.000001 s',"
                    + " ('00000000-0000-0000-0000-' || lpad((n % 37)::text, 12, '0'))::uuid, case when n % 20 > 0 then"
                    + " ('00000000-0000-0000-0000-' || lpad((n % 5 + 1)::text, 12, '0'))::uuid end, case when n % 9 = 0 then 'error' else"
                    // corrections are below zero, and sums are beyond what a floating number or eight bytes have
                    + " 'success' end, case when n % 11 > 0 then 9007199254740993 + n when n = 0 then -9007199254740993 end, -n,"
                    + " case when n % 7 = 0 then -99999999.9999 else n * 0.0001 end from generate_series(0, 2000) n";

    private Lake lake;
    private Adapter spark;
    private Rollup usage;

    @BeforeAll
    void start(Mill mill) {
        usage = mill.install(Mill.USAGE);
        mill.sql(
                new StateScript(Mill.STATE, null).catalogUp(),
                "alter table app.usage alter tokens type numeric(30, 0)");
        lake = new Lake(mill.folder(), mill.target(mill.user()), Mill.STATE.name());
        Jars.folder(mill.folder().resolve("jars"));
        spark = lake.adapter(Map.of());
    }

    @AfterAll
    void end() {
        spark.close();
    }

    @BeforeEach
    void empty(Mill mill) {
        mill.sql(
                "truncate app.event, app.usage",
                "truncate state.rollup_dirty, state.rollup_interval, state.rollup_run, state.iceberg_tables cascade");
    }

    private RollResult roll(Mill mill, Adapter adapter) {
        return new Roller(mill.site(), new PostgresDialect(), adapter, Mill.FAST, "test", () -> false)
                .run(usage, "test");
    }

    private RollResult roll(Mill mill) {
        RollResult result = roll(mill, spark);
        assertThat(result.problems()).isEmpty();
        return result;
    }

    /** The rows of the target as {@link Lake#rows} has them. */
    private static List<String> target(Mill mill) {
        return mill
                .rows(
                        "select grain, to_char(bucket, 'YYYY-MM-DD\"T\"HH24:MI\"Z\"'), organization_id, model_id, requests, tokens, errors, cost"
                                + " from app.usage")
                .stream()
                .sorted()
                .toList();
    }

    private static void failsWith(ThrowingCallable work, String reason) {
        assertThatThrownBy(work).isInstanceOfSatisfying(LockkeeperException.class, e -> {
            assertThat(e.problems().get(0).code()).isEqualTo(Code.ANALYTICS_ADAPTER);
            assertThat(e.problems().get(0).category().exitCode()).isEqualTo(6);
            assertThat(String.valueOf(e.problems().get(0).message())
                            + e.problems().get(0).why())
                    .contains(reason);
        });
    }

    @Test
    void same_sample_gives_the_same_rows_to_the_last_digit_in_postgres_duckdb_spark_and_iceberg(Mill mill)
            throws Exception {
        mill.sql(SAMPLE);
        mill.sql("set timezone = 'Asia/Kathmandu'");
        assertThat(spark.problems(mill.site(), usage)).isEmpty();
        RollResult result = roll(mill);
        assertThat(result.state()).isEqualTo(RollResult.State.DONE);
        assertThat(result.tally().read())
                .isEqualTo(2001 + Long.parseLong(mill.one("select count(*) from app.usage where grain = 'hour'")));
        assertThat(mill.one("select string_agg(distinct adapter, '') from state.rollup_run"))
                .isEqualTo("spark-iceberg");
        assertThat(mill.wrong()).isEqualTo("0");
        List<String> made = target(mill);
        assertThat(made).hasSizeGreaterThan(300).anyMatch(row -> row.contains("|null|"));
        assertThat(lake.rows("app", "usage")).isEqualTo(made);
        assertThat(lake.parts("app", "usage")).isEqualTo("grain identity, bucket_day day");
        // one day of hours, one of days
        assertThat(lake.snapshots("app", "usage")).hasSize(2);
        for (Adapter other : List.of(new DuckDbAdapter(null), spark)) {
            mill.sql(
                    "truncate app.usage",
                    "insert into state.rollup_dirty (rollup, grain, bucket_start, whole) select 'usage', grain,"
                            + " bucket_start, true from state.rollup_interval");
            assertThat(roll(mill, other).problems()).isEmpty();
            assertThat(target(mill)).isEqualTo(made);
        }
        mill.sql(
                "truncate app.usage",
                "insert into state.rollup_dirty (rollup, grain, bucket_start, whole) select 'usage', grain,"
                        + " bucket_start, true from state.rollup_interval");
        mill.roll(usage);
        assertThat(target(mill)).isEqualTo(made);
    }

    @Test
    void late_event_changes_its_day_alone_and_a_run_without_changes_writes_no_snapshot(Mill mill) throws Exception {
        mill.event("2026-01-10 08:15:00+00", 1, 1, "error", 10, "0.0001")
                .event("2026-01-11 08:15:00+00", 1, 0, "success", 7, "null");
        roll(mill);
        List<String> before = lake.snapshots("app", "usage");
        assertThat(before).hasSize(4);
        mill.sql("insert into state.rollup_dirty (rollup, grain, bucket_start, whole) select 'usage', grain,"
                + " bucket_start, true from state.rollup_interval");
        RollResult again = roll(mill);
        assertThat(again.tally().buckets()).isPositive();
        assertThat(again.tally().inserted()
                        + again.tally().updated()
                        + again.tally().deleted())
                .isZero();
        assertThat(lake.snapshots("app", "usage")).isEqualTo(before);
        mill.event("2026-01-10 08:30:00+00", 1, 1, "error", -3, "-0.0002");
        roll(mill);
        assertThat(lake.snapshots("app", "usage")).hasSize(6);
        assertThat(lake.rows("app", "usage")).hasSize(4).isEqualTo(target(mill));
        assertThat(mill.wrong()).isEqualTo("0");
    }

    @Test
    void day_of_which_nothing_is_left_goes_from_the_table_too(Mill mill) throws Exception {
        mill.event("2026-01-10 08:15:00+00", 1, 1, "error", 10, "0.0001")
                .event("2026-01-11 08:15:00+00", 1, 1, "error", 10, "0.0001");
        roll(mill);
        mill.sql("delete from app.event where at < '2026-01-11'");
        roll(mill);
        assertThat(lake.rows("app", "usage")).hasSize(2).allMatch(row -> row.contains("2026-01-11"));
        assertThat(target(mill)).isEqualTo(lake.rows("app", "usage"));
    }

    @Test
    void process_that_is_killed_in_the_middle_leaves_marks_and_the_same_adapter_goes_on(Mill mill) throws Exception {
        mill.event("2026-01-10 08:15:00+00", 1, 1, "error", 10, "0.0001");
        roll(mill);
        mill.event("2026-01-10 08:16:00+00", 1, 1, "error", 10, "0.0001");
        CompletableFuture<RollResult> running = whileReaderWaits(mill, () -> {
            ProcessHandle process = Lake.process();
            assertThat(process.destroyForcibly()).isTrue();
            process.onExit().join();
        });
        assertThatThrownBy(running::join)
                .isInstanceOf(CompletionException.class)
                .hasRootCauseInstanceOf(LockkeeperException.class)
                .hasMessageContaining("the process of Spark has ended");
        assertThat(mill.one("select count(*) from state.rollup_dirty")).isEqualTo("1");
        assertThat(mill.usage("hour")).singleElement().asString().contains("|1|10|");
        roll(mill);
        assertThat(mill.wrong()).isEqualTo("0");
        assertThat(lake.rows("app", "usage")).isEqualTo(target(mill));
    }

    @Test
    void event_that_is_committed_while_spark_reads_keeps_its_mark_and_is_counted(Mill mill) throws Exception {
        mill.event("2026-01-10 08:15:00+00", 1, 1, "error", 10, "0.0001");
        CompletableFuture<RollResult> running = whileReaderWaits(
                mill,
                () -> {},
                "insert into app.event (at, organization_id, model_id, status, prompt) values ('2026-01-10 08:20+00', '"
                        + Mill.id(1) + "', '" + Mill.id(1) + "', 'error', 5)");
        RollResult result = running.join();
        assertThat(result.problems()).isEmpty();
        // the hour, the hour once more, the day
        assertThat(result.tally().buckets()).isEqualTo(3);
        assertThat(mill.wrong()).isEqualTo("0");
        assertThat(lake.rows("app", "usage")).isEqualTo(target(mill));
    }

    /** Starts a run, which waits for a lock where Spark reads events; does something, and lets it go on. */
    private CompletableFuture<RollResult> whileReaderWaits(Mill mill, Runnable work, String... statements) {
        Session locking = mill.open();
        AtomicBoolean locked = new AtomicBoolean();
        // after the run has looked at the partitions, and before it reads them
        BooleanSupplier lock = () -> {
            if (locked.compareAndSet(false, true)) {
                locking.alone("begin");
                locking.alone("lock table app.event_0110 in access exclusive mode");
            }
            return false;
        };
        CompletableFuture<RollResult> running = CompletableFuture.supplyAsync(() ->
                new Roller(mill.site(), new PostgresDialect(), spark, Mill.FAST, "test", lock).run(usage, "test"));
        Session watching = mill.open();
        await().atMost(Duration.ofMinutes(2))
                .until(() -> !watching.query("select from pg_stat_activity a where a.application_name ="
                                + " 'lockkeeper spark' and a.wait_event_type = 'Lock' and a.datname ="
                                + " current_database()")
                        .isEmpty());
        work.run();
        for (String statement : statements) {
            locking.alone(statement);
        }
        locking.alone("commit");
        locking.close();
        watching.close();
        return running;
    }

    @Test
    void catalog_that_is_gone_in_the_middle_leaves_marks_and_the_target_as_it_was(Mill mill) throws Exception {
        mill.event("2026-01-10 08:15:00+00", 1, 1, "error", 10, "0.0001");
        mill.sql("alter table state.iceberg_tables rename to away");
        failsWith(() -> roll(mill), "PostgreSQL: ERROR: relation \"iceberg_tables\" does not exist (42P01)");
        assertThat(mill.one("select count(*) from state.rollup_dirty")).isEqualTo("1");
        assertThat(mill.rows("select 1 from app.usage")).isEmpty();
        assertThat(mill.one("select state from state.rollup_run")).isEqualTo("failed");
        mill.sql("alter table state.away rename to iceberg_tables");
        roll(mill);
        assertThat(mill.wrong()).isEqualTo("0");
        assertThat(lake.rows("app", "usage")).isEqualTo(target(mill));
    }

    @Test
    void commit_that_fails_after_that_of_iceberg_leaves_marks_and_the_next_run_makes_both_alike(Mill mill)
            throws Exception {
        mill.event("2026-01-10 08:15:00+00", 1, 1, "error", 10, "0.0001");
        mill.sql(
                "create function app.refuse() returns trigger language plpgsql as 'begin raise exception ''refused''; end'",
                "create constraint trigger refused after insert on app.usage deferrable initially deferred for each row"
                        + " execute function app.refuse()");
        assertThatThrownBy(() -> roll(mill)).isInstanceOf(LockkeeperException.class);
        mill.sql("drop trigger refused on app.usage", "drop function app.refuse()");
        assertThat(lake.rows("app", "usage")).hasSize(1);
        assertThat(mill.rows("select 1 from app.usage")).isEmpty();
        assertThat(mill.one("select count(*) from state.rollup_dirty")).isEqualTo("1");
        mill.event("2026-01-10 08:16:00+00", 1, 1, "error", 10, "0.0001");
        roll(mill);
        assertThat(mill.wrong()).isEqualTo("0");
        assertThat(lake.rows("app", "usage")).isEqualTo(target(mill));
    }

    @Test
    void process_whose_asker_is_gone_writes_nothing(Mill mill) throws Exception {
        mill.event("2026-01-10 08:15:00+00", 1, 1, "error", 10, "0.0001");
        roll(mill);
        List<String> before = lake.snapshots("app", "usage");
        mill.event("2026-01-10 08:16:00+00", 1, 1, "error", 10, "0.0001");
        Session locking = mill.open();
        Session dying = mill.open();
        locking.alone("begin");
        locking.alone("lock table state.iceberg_tables in access exclusive mode");
        CompletableFuture<RollResult> running = CompletableFuture.supplyAsync(() -> new Roller(
                        new Site(dying, Mill.STATE, null), new PostgresDialect(), spark, Mill.FAST, "test", () -> false)
                .run(usage, "test"));
        await().atMost(Duration.ofMinutes(2))
                .until(() -> !mill.rows("select 1 from pg_stat_activity where application_name ="
                                + " 'lockkeeper spark' and wait_event_type = 'Lock' and datname = current_database()")
                        .isEmpty());
        mill.sql("select pg_terminate_backend(" + dying.pid() + ", 10000)");
        locking.alone("commit");
        locking.close();
        assertThatThrownBy(running::join).hasCauseInstanceOf(SqlFailure.class);
        dying.close();
        assertThat(lake.snapshots("app", "usage")).isEqualTo(before);
        roll(mill);
        assertThat(lake.rows("app", "usage")).isEqualTo(target(mill));
    }

    @Test
    void number_that_is_too_long_is_an_error_and_never_a_wrong_sum(Mill mill) {
        mill.sql(
                "alter table app.event alter cost type numeric(38, 4)",
                "alter table app.usage alter cost type numeric(38, 4)");
        try {
            mill.event("2026-01-10 08:15:00+00", 1, 1, "error", 10, "9e33")
                    .event("2026-01-10 08:16:00+00", 1, 1, "error", 10, "9e33");
            failsWith(() -> roll(mill), "Spark: ");
            assertThat(mill.one("select count(*) from state.rollup_dirty")).isNotEqualTo("0");
        } finally {
            mill.sql(
                    "truncate app.event, app.usage",
                    "alter table app.event alter cost type numeric(12, 4)",
                    "alter table app.usage alter cost type numeric(14, 4)");
        }
    }

    @Test
    void table_of_iceberg_with_other_columns_is_refused_by_name(Mill mill) throws Exception {
        mill.event("2026-01-10 08:15:00+00", 1, 1, "error", 10, "0.0001");
        roll(mill);
        mill.sql("alter table app.usage alter cost type numeric(16, 6)");
        try {
            mill.event("2026-01-10 08:16:00+00", 1, 1, "error", 10, "0.0001");
            failsWith(() -> roll(mill), "cost decimal(14,4)");
        } finally {
            mill.sql("alter table app.usage alter cost type numeric(14, 4)");
        }
        roll(mill);
    }

    @Test
    void tests_of_definitions_run_on_it_too_and_reconcile_finds_what_was_altered_by_hand(Mill mill) throws Exception {
        String tests = """
                tests:
                  costs:
                    given:
                      - {at: 2026-01-10T08:15:00Z, organization_id: 00000000-0000-0000-0000-000000000001, status: error, prompt: 5, cost: 0.0001}
                      - {at: 2026-01-10T09:15:00Z, organization_id: 00000000-0000-0000-0000-000000000001, status: ok, cost: 0.9999}
                    expect:
                      - {grain: hour, bucket: 2026-01-10T08:00:00Z, organization_id: 00000000-0000-0000-0000-000000000001, model_id: null, requests: 1, tokens: 5, errors: 1, cost: 0.0001}
                      - {grain: hour, bucket: 2026-01-10T09:00:00Z, organization_id: 00000000-0000-0000-0000-000000000001, model_id: null, requests: 1, errors: 0, cost: 0.9999}
                      - {grain: day, bucket: 2026-01-10T00:00:00Z, organization_id: 00000000-0000-0000-0000-000000000001, model_id: null, requests: 2, errors: 1, cost: 1}
            """.indent(0);
        Rollup tested = mill.read(Mill.USAGE + tests).get(0);
        assertThat(new Examples(mill.site(), spark).problems(tested)).isEmpty();
        Rollup wrong =
                mill.read(Mill.USAGE + tests.replace("cost: 1}", "cost: 2}")).get(0);
        assertThat(new Examples(mill.site(), spark).problems(wrong)).hasSize(1);
        mill.event("2026-01-10 08:15:00+00", 1, 1, "error", 10, "0.0001");
        roll(mill);
        mill.sql("update app.usage set tokens = 11 where grain = 'hour'");
        Span day = new Span(Instant.parse("2026-01-10T00:00:00Z"), Instant.parse("2026-01-11T00:00:00Z"));
        assertThat(new Reconciliation(mill.site(), new PostgresDialect(), usage)
                        .run(day, true)
                        .count(Difference.Kind.DRIFT))
                .isPositive();
        roll(mill);
        assertThat(mill.wrong()).isEqualTo("0");
        assertThat(lake.rows("app", "usage")).isEqualTo(target(mill));
    }

    @Test
    void folder_without_the_jars_and_catalog_without_its_tables_are_told_before_anything_is_computed(Mill mill)
            throws Exception {
        Path empty = Files.createDirectories(mill.folder().resolve("empty"));
        try (SparkAdapter other = lake.adapter(empty, Duration.ofMinutes(1), Map.of())) {
            assertThat(other.problems(mill.site(), usage)).singleElement().satisfies(problem -> {
                assertThat(problem.code()).isEqualTo(Code.ANALYTICS_ADAPTER);
                assertThat(problem.message())
                        .contains("has no lockkeeper-analytics-spark-VERSION.jar, no spark-sql_2.13-VERSION.jar");
                assertThat(problem.help()).contains("dependency:copy-dependencies");
            });
        }
        try (SparkAdapter other = lake.adapter(mill.folder().resolve("nowhere"), Duration.ofMinutes(1), Map.of())) {
            assertThat(other.problems(mill.site(), usage).get(0).message()).contains("cannot be read");
        }
        mill.sql("alter table state.iceberg_tables rename to away");
        try {
            assertThat(spark.problems(mill.site(), usage)).singleElement().satisfies(problem -> {
                assertThat(problem.code()).isEqualTo(Code.ANALYTICS_UNFIT);
                assertThat(problem.help()).contains("lockkeeper analytics script --catalog");
            });
        } finally {
            mill.sql("alter table state.away rename to iceberg_tables");
        }
    }

    @Test
    void password_is_in_no_argument_no_environment_and_no_log(Mill mill) throws Exception {
        mill.event("2026-01-10 08:15:00+00", 1, 1, "error", 10, "0.0001");
        roll(mill);
        ProcessHandle process = Lake.process();
        String password =
                mill.target("x").credentials(new java.util.Properties()).getProperty("password");
        assertThat(password).hasSizeGreaterThan(8);
        assertThat(process.info().commandLine().orElseThrow()).doesNotContain(password);
        Path proc = Path.of("/proc", Long.toString(process.pid()));
        if (Files.exists(proc)) {
            assertThat(Files.readString(proc.resolve("environ")))
                    .contains("PATH=")
                    .doesNotContain(password, "PGPASSWORD");
            Path log = proc.resolve("fd/2").toRealPath();
            assertThat(Files.readString(log)).isNotEmpty().doesNotContain(password);
            assertThat(Files.getPosixFilePermissions(log.getParent()).toString())
                    .doesNotContain("GROUP", "OTHERS");
        }
    }
}
