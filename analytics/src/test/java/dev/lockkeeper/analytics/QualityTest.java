package dev.lockkeeper.analytics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.dialect.PostgresDialect;
import dev.lockkeeper.analytics.judge.Fit;
import dev.lockkeeper.analytics.quality.CheckResult;
import dev.lockkeeper.analytics.quality.Examples;
import dev.lockkeeper.analytics.quality.Outcome;
import dev.lockkeeper.analytics.roll.RollResult;
import dev.lockkeeper.analytics.roll.Roller;
import dev.lockkeeper.analytics.state.Site;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.problem.Problem;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("ANA-03")
@ExtendWith(Mill.Extension.class)
class QualityTest {
    private static Mill with(Mill mill, String checks) {
        mill.install(Mill.USAGE + "    checks:\n" + checks.indent(6));
        return mill;
    }

    private static RollResult rolled(Mill mill, String checks) {
        return mill.roll(
                mill.read(Mill.USAGE + "    checks:\n" + checks.indent(6)).get(0));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            value = {
                "{row-count: raw, fail: '< 5', warn: '< 3'} ! fail ! 4",
                "{row-count: raw, fail: '< 3', warn: '< 5'} ! warn ! 4",
                "{row-count: raw, fail: '< 3'} ! pass ! 4",
                "{sum: tokens, fail: '> 99'} ! fail ! 100",
                "{ratio: [errors, requests], fail: '> 0.2'} ! fail ! 0.25",
                "{ratio: [errors, requests], fail: '> 0.2', min-sample: 5} ! pass ! 0.25",
                "{equals-raw: all} ! pass ! 0",
                "{no-null: organization_id} ! pass ! 0",
                "{no-null: model_id, warn: '> 0'} ! warn ! 1",
                "{unique: event_id} ! fail ! 1",
                "{unique: event_id, around: 1min} ! pass ! 0",
                "{volume: requests, before: 24h, fail: '< 0.5'} ! pass ! 4",
                "{volume: requests, fail: '< 0.5'} ! pass ! null",
                "{sql: 'select count(*) from app.event t where t.at >= :from and t.at < :to', fail: '> 3'} ! fail ! 4",
                "{sql: 'select count(*) from app.evnt t where t.at >= :from and t.at < :to', fail: '> 3'} ! error ! null",
                "{sql: 'select null::int where :from < :to', fail: '> 3'} ! error ! null"
            })
    void each_check_observes_a_bucket_and_judges_it(String check, String outcome, String observed, Mill mill) {
        with(mill, "it: " + check);
        mill.event("2026-01-10 08:30+00", 1, 1, "success", 1, "1");
        rolled(mill, "it: " + check);
        mill.event("2026-01-11 08:30+00", 1, 1, "success", 10, "1")
                .event("2026-01-11 08:31+00", 1, 1, "error", 20, "1")
                .event("2026-01-11 08:32+00", 2, 1, "success", 30, "1")
                .event("2026-01-11 08:33+00", 2, 0, "success", 40, "1")
                // the same event with another time, hours later
                .sql(
                        "insert into app.event (event_id, at, organization_id, model_id) select event_id, '2026-01-11 11:00+00',"
                                + " organization_id, model_id from app.event where at = '2026-01-11 08:30+00'");
        rolled(mill, "it: " + check);
        assertThat(
                        mill.rows(
                                "select outcome, trim_scale(observed) from state.dq_result where bucket_from = '2026-01-11 08:00+00'"))
                .containsExactly(outcome.strip() + "|" + observed.strip());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            value = {
                "{ratio: [cost, requests], fail: '> 5'} ! NaN",
                "{ratio: [requests, cost], fail: '> 5'} ! NaN",
                "{volume: cost, before: 24h, fail: '> 5'} ! NaN",
                "{sum: cost, fail: '> 5'} ! NaN",
                "{ratio: [cost, requests], fail: '< 5'} ! Infinity",
                "{volume: cost, before: 24h, fail: '< 5'} ! -Infinity",
                "{sql: \"select 'NaN'::float where :from < :to\", fail: '> 5'} ! 1"
            })
    void what_cannot_be_compared_is_an_error_and_is_not_published(String check, String cost, Mill mill) {
        String blocking = "it: " + check.strip().replaceFirst("}$", ", blocking: true}");
        ReconciliationTest.numbers(mill);
        mill.event("2026-01-10 08:30+00", 1, 1, "success", 1, "1");
        mill.roll(mill.read(Mill.USAGE).get(0));
        mill.event("2026-01-11 08:30+00", 1, 1, "success", 1, "'" + cost.strip() + "'");
        RollResult result = rolled(mill, blocking);
        assertThat(result.problems()).hasSize(1);
        assertThat(result.checks()).extracting(CheckResult::outcome).containsOnly(Outcome.ERROR);
        assertThat(mill.rows("select detail from state.dq_result where outcome = 'error'"))
                .allMatch(detail -> detail.matches("(NaN|-?Infinity) cannot be compared with a threshold"));
        assertThat(mill.usage("hour")).hasSize(1);
    }

    @Test
    void blocking_check_keeps_the_old_data_and_the_marks_of_its_bucket_alone_and_tells_its_result(Mill mill) {
        String check = "errors: {ratio: [errors, requests], fail: '> 0.5', blocking: true}";
        with(mill, check);
        mill.event("2026-01-11 08:30+00", 1, 1, "success", 10, "1");
        rolled(mill, check);
        mill.event("2026-01-11 08:31+00", 1, 1, "error", 1, "1")
                .event("2026-01-11 08:32+00", 2, 1, "error", 1, "1")
                .event("2026-01-11 09:32+00", 2, 1, "success", 1, "1");
        RollResult result = rolled(mill, check);
        assertThat(result.state()).isEqualTo(RollResult.State.FAILED);
        assertThat(result.problems())
                .singleElement()
                .extracting(Problem::message)
                .isEqualTo("the hour of 2026-01-11T08:00:00Z of rollup usage is not published");
        assertThat(mill.usage("hour")).containsExactly("01-11 08|1|1|1|10|0|1.0000", "01-11 09|2|1|1|1|0|1.0000");
        assertThat(mill.rows("select bucket_start at time zone 'UTC', count(*) from state.rollup_dirty group by 1"))
                .containsExactly("2026-01-11 08:00:00|2");
        assertThat(mill.rows("select outcome, round(observed, 3) from state.dq_result where outcome = 'fail'"))
                .containsExactly("fail|0.667");
        // and when the events are well again it goes on
        mill.event("2026-01-11 08:33+00", 2, 1, "success", 1, "1")
                .event("2026-01-11 08:34+00", 2, 1, "success", 1, "1");
        assertThat(rolled(mill, check).state()).isEqualTo(RollResult.State.DONE);
        assertThat(mill.wrong()).isEqualTo("0");
    }

    @Test
    void event_that_is_committed_after_its_part_was_computed_fails_no_comparison_with_events(Mill mill)
            throws Exception {
        String checks = "wait: {sql: 'select length(pg_advisory_xact_lock(7)::text) where :from < :to', fail: '> 0'}\n"
                + "raw: {equals-raw: all, blocking: true}";
        with(mill, checks);
        mill.event("2026-01-11 08:30+00", 1, 1, "success", 10, "1")
                .event("2026-01-11 08:31+00", 2, 1, "success", 10, "1");
        try (Connection late = mill.connect();
                Statement statement = late.createStatement()) {
            statement.execute("select pg_advisory_lock(7)");
            CompletableFuture<RollResult> rolling = CompletableFuture.supplyAsync(() -> rolled(mill, checks));
            while (!holds(
                    statement, "select exists (select from pg_locks where locktype = 'advisory' and not granted)")) {
                Thread.onSpinWait();
            }
            statement.execute("insert into app.event (at, organization_id, model_id, status, prompt, cost) values"
                    + " ('2026-01-11 08:32+00', '" + Mill.id(1) + "', '" + Mill.id(1) + "', 'success', 5, 1)");
            statement.execute("select pg_advisory_unlock(7)");
            assertThat(rolling.get().problems()).isEmpty();
        }
        // the part without a new event was compared, the other one by the run that computed the event
        assertThat(mill.wrong()).isEqualTo("0");
        assertThat(mill.rows("select distinct outcome from state.dq_result where check_id = 'raw'"))
                .containsExactly("pass");
    }

    private static boolean holds(Statement statement, String query) throws SQLException {
        try (ResultSet rows = statement.executeQuery(query)) {
            return rows.next() && rows.getBoolean(1);
        }
    }

    @Test
    void query_of_a_check_changes_nothing_and_one_that_fails_leaves_the_bucket_as_it_is(Mill mill) {
        mill.sql(
                "create function app.spoil() returns int language plpgsql as 'begin delete from app.event; return 1; end'");
        String check = "spoil: {sql: 'select app.spoil() where :from < :to', fail: '> 5'}";
        with(mill, check);
        mill.event("2026-01-11 08:30+00", 1, 1, "success", 10, "1");
        RollResult result = rolled(mill, check);
        assertThat(result.checks())
                .singleElement()
                .extracting(CheckResult::outcome)
                .isEqualTo(Outcome.ERROR);
        assertThat(mill.rows("select detail from state.dq_result"))
                .containsExactly("cannot execute DELETE in a read-only transaction");
        assertThat(mill.usage("hour")).hasSize(1);
        assertThat(mill.one("select count(*) from app.event")).isEqualTo("1");
    }

    @Test
    void query_of_a_check_that_never_ends_is_given_up_and_the_bucket_computed(Mill mill) {
        String check =
                "long: {sql: 'select count(*) from generate_series(1, 100000000000) where :from < :to', fail: '> 5'}";
        String file = Mill.USAGE + "    budget: 1s\n    checks:\n" + check.indent(6);
        Rollup usage = mill.install(file);
        mill.event("2026-01-11 08:30+00", 1, 1, "success", 10, "1");
        assertThat(mill.roll(usage).checks())
                .singleElement()
                .extracting(CheckResult::outcome)
                .isEqualTo(Outcome.ERROR);
        assertThat(mill.rows("select detail from state.dq_result"))
                .containsExactly("canceling statement due to statement timeout");
        assertThat(mill.usage("hour")).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            value = {
                "{sql: 'select count(*) from app.evnt where :from < :to', fail: '> 3'} ! relation \"app.evnt\" does not exist",
                "{sql: 'select 1, 2 where :from < :to', fail: '> 3'} ! subquery must return only one column",
                "{sql: 'select app.none() where :from < :to', fail: '> 3'} ! function app.none() does not exist",
                "{sql: 'select count(*) from app.event where at >= :from and at < :to', fail: '> 3'} !",
                "{row-count: raw, fail: '< 5'} !",
                "{unique: event_id, around: 1min} !",
                "{freshness: bucket, fail: '> 5'} !"
            })
    void check_that_cannot_be_made_is_told_before_it_is(String check, @Nullable String why, Mill mill) {
        Rollup usage = mill.install(Mill.USAGE + "    checks:\n" + ("it: " + check).indent(6));
        assertThat(Fit.checks(mill.site(), usage))
                .extracting(Problem::why)
                .isEqualTo(why == null ? List.of() : List.of("the server says: " + why.strip()));
    }

    @Test
    void dimension_that_refuses_null_keeps_such_a_bucket_from_being_published(Mill mill) {
        String file = Mill.USAGE.replace(
                "dimensions: [organization_id, model_id]",
                "dimensions: {organization_id: organization_id, model_id: {null: refuse}}");
        Rollup usage = mill.install(file);
        mill.event("2026-01-11 08:30+00", 1, 0, "success", 10, "1");
        assertThat(mill.roll(usage).problems()).hasSize(1);
        assertThat(mill.usage("hour")).isEmpty();
    }

    @Test
    void freshness_is_of_the_rollup_as_a_whole(Mill mill) {
        String check = "fresh: {freshness: bucket, fail: '> 7200'}";
        with(mill, check);
        mill.event("2026-01-11 08:30+00", 1, 0, "success", 10, "1");
        assertThat(rolled(mill, check).checks()).singleElement().satisfies(one -> {
            assertThat(one.outcome()).isEqualTo(Outcome.FAIL);
            assertThat(one.bucket()).isNull();
        });
    }

    @Test
    void test_of_a_definition_gives_events_and_expects_rows_of_hours_and_days(Mill mill) {
        String file = Mill.USAGE + """
                tests:
                  null_model:
                    given:
                      - {at: 2026-01-01T00:10:00Z, organization_id: %1$s, prompt: 3, completion: 4, cost: 0.0001}
                      - {at: 2026-01-01T23:59:59.999999Z, organization_id: %1$s, model_id: null, status: error, cost: 1}
                      - {at: 2026-01-01T23:00:00Z, organization_id: %1$s, model_id: %1$s}
                    expect:
                      - {grain: hour, bucket: 2026-01-01T00:00:00Z, requests: 1, tokens: 7, errors: 0, cost: 0.0001}
                      - {grain: hour, bucket: 2026-01-01T23:00:00Z, model_id: null, requests: 1, errors: 1}
                      - {grain: hour, bucket: 2026-01-01T23:00:00Z, model_id: %1$s, requests: 1}
                      - {grain: day, bucket: 2026-01-01T00:00:00Z, organization_id: %1$s, model_id: null, requests: 2, cost: 1.0001}
                      - {grain: day, bucket: 2026-01-01T00:00:00Z, model_id: %1$s, requests: 1}
                """.formatted(Mill.id(1)).indent(4);
        Examples examples = new Examples(mill.site(), new PostgresDialect());
        assertThat(examples.problems(mill.install(file))).isEmpty();
        List<Problem> wrong = examples.problems(
                mill.read(file.replace("errors: 1}", "errors: 2}")).get(0));
        assertThat(wrong).singleElement().satisfies(problem -> {
            assertThat(problem.message()).contains("expects a row that is not made: ", "errors 2");
            assertThat(String.valueOf(problem.place())).contains("usage.yaml:24:");
        });
        assertThat(examples.problems(mill.read(file.replaceAll("(?m)^.*bucket: 2026-01-01T23.*model_id: null.*\n", ""))
                        .get(0)))
                .singleElement()
                .extracting(Problem::message)
                .asString()
                .contains("does not expect: ");
        assertThat(mill.rows("select 1 from app.usage")).isEmpty();
    }

    @Test
    void check_that_is_canceled_because_the_run_is_to_end_says_nothing_of_its_bucket(Mill mill) throws Exception {
        with(mill, "slow: {sql: 'select count(pg_sleep(60)) where :from < :to', fail: '> 3'}");
        Rollup usage = mill.read(
                        Mill.USAGE + "    checks:\n      slow: {sql: 'select count(pg_sleep(60)) where :from < :to',"
                                + " fail: '> 3'}\n")
                .get(0);
        mill.event("2026-01-10 08:15:00+00", 1, 1, "success", 10, "1");
        Session other = mill.open();
        Session computing = mill.open();
        AtomicBoolean stopped = new AtomicBoolean();
        CompletableFuture<RollResult> run = CompletableFuture.supplyAsync(() -> new Roller(
                        new Site(computing, Mill.STATE, null), new PostgresDialect(), Mill.FAST, "test", stopped::get)
                .run(usage, "test"));
        String sleeping =
                "select pid from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'";
        while (other.query(sleeping).isEmpty() && !run.isDone()) {
            Thread.onSpinWait();
        }
        stopped.set(true);
        other.query("select pg_cancel_backend(pid) from (" + sleeping + ") s");
        assertThat(run.get()).satisfies(result -> {
            assertThat(result.state()).isEqualTo(RollResult.State.STOPPED);
            assertThat(result.tally().buckets()).isZero();
            assertThat(result.checks()).isEmpty();
        });
        assertThat(mill.rows("select 1 from state.dq_result")).isEmpty();
        assertThat(mill.usage("hour")).isEmpty();
        assertThat(mill.rows("select 1 from state.rollup_dirty")).hasSize(1);
    }
}
