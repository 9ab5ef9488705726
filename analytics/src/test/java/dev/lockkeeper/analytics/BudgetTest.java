package dev.lockkeeper.analytics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.dialect.PostgresDialect;
import dev.lockkeeper.analytics.roll.Pace;
import dev.lockkeeper.analytics.roll.RollResult;
import dev.lockkeeper.analytics.roll.Roller;
import dev.lockkeeper.analytics.roll.RollupStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Mill.Extension.class)
@Tag("ANA-06")
class BudgetTest {
    private static RollResult run(Mill mill, Rollup usage, Pace pace) {
        return new Roller(mill.site(), new PostgresDialect(), pace, "1.2.3", () -> false).run(usage, "test");
    }

    @Test
    void run_is_kept_with_what_it_did_how_long_it_took_and_what_it_may_take_and_status_tells_how_far_all_is(Mill mill) {
        Rollup usage = mill.install(Mill.USAGE);
        mill.event("2026-01-10 08:15:00+00", 1, 1, "success", 10, "1")
                .event("2026-01-10 10:15:00+00", 2, 1, "success", 10, "1");
        RollupStatus before = RollupStatus.of(mill.site(), usage);
        assertThat(before.completeTo()).isEqualTo(Instant.parse("2026-01-10T08:00:00Z"));
        assertThat(before.lag()).isPositive();
        assertThat(before.freshness()).isNull();
        assertThat(before.share()).isNull();
        RollResult result = mill.roll(usage);
        // two hours of events, which may take five minutes each
        assertThat(result.budget()).isEqualTo(Duration.ofMinutes(10));
        assertThat(result.work()).isPositive();
        assertThat(mill.rows(
                        "select state, adapter, cause, app_version, buckets, rows_read, rows_inserted, marks_consumed, budget_ms,"
                                + " work_ms > 0, finished_at > started_at, definition_hash = '" + usage.hash()
                                + "' from state.rollup_run"))
                .containsExactly("done|postgres|test|test|3|4|4|4|600000|t|t|t");
        RollupStatus after = RollupStatus.of(mill.site(), usage);
        assertThat(after.completeTo()).isNull();
        assertThat(after.lag()).isZero();
        assertThat(after.newest()).isEqualTo(Instant.parse("2026-01-10T10:00:00Z"));
        assertThat(Objects.requireNonNull(after.freshness())).isGreaterThan(Duration.ofDays(100));
        assertThat(Objects.requireNonNull(after.last()).budget()).isEqualTo(Duration.ofMinutes(10));
        assertThat(after.isOverBudget()).isFalse();
        assertThat(after.metrics())
                .extracting(RollupStatus.Metric::name)
                .contains(
                        "lockkeeper.analytics.lag",
                        "lockkeeper.analytics.freshness",
                        "lockkeeper.analytics.run.duration",
                        "lockkeeper.analytics.run.budget",
                        "lockkeeper.analytics.work_share");
    }

    @Test
    void run_that_takes_longer_than_its_hours_may_is_over_its_budget_and_counted(Mill mill) {
        Rollup usage = mill.install(Mill.USAGE + "    budget: 1ms\n");
        mill.event("2026-01-10 08:15:00+00", 1, 1, "success", 10, "1");
        RollResult slow = mill.roll(usage);
        assertThat(slow.isOverBudget()).isTrue();
        RollupStatus status = RollupStatus.of(mill.site(), usage);
        assertThat(status.overBudget()).isEqualTo(1);
        assertThat(status.isOverBudget()).isTrue();
    }

    /** One hour of a billion events in two years has 57,000. */
    @Test
    void hour_of_a_billion_events_in_two_years_is_computed_within_its_budget(Mill mill) {
        Rollup usage = mill.install(Mill.USAGE);
        mill.sql(
                "insert into app.event (at, organization_id, model_id, status, prompt, completion, cost) select '2026-01-10"
                        + " 08:00+00'::timestamptz + n * interval '60 ms', md5((n % 1000)::text)::uuid, md5((n % 12)::text)::uuid,"
                        + " case n % 50 when 0 then 'error' else 'success' end, n, 1, 0.0001 from generate_series(1, 57000) n");
        RollResult result = mill.roll(usage);
        assertThat(result.tally().read()).isGreaterThanOrEqualTo(57_000);
        assertThat(result.budget()).isEqualTo(Duration.ofMinutes(5));
        assertThat(result.isOverBudget()).isFalse();
        assertThat(mill.wrong()).isEqualTo("0");
    }

    @Test
    void no_more_than_its_share_of_the_time_is_worked_over_transactions(Mill mill) {
        Rollup usage = mill.install(Mill.USAGE.replace("[hour, day]", "[hour]"));
        mill.sql(
                "insert into app.event (at, organization_id, prompt) select '2026-01-10 00:00+00'::timestamptz + n * interval '86 ms',"
                        + " md5((n % 1000)::text)::uuid, n from generate_series(1, 200000) n");
        RollResult result = run(mill, usage, new Pace(1, 0.25, 240));
        assertThat(result.tally().buckets()).isEqualTo(5);
        // four transactions of five are followed by three times as much rest; the last one by none here
        assertThat(
                        mill.one(
                                "select extract(epoch from finished_at - started_at) * 1000 >= 2.5 * work_ms from state.rollup_run"))
                .isEqualTo("t");
        assertThat(Objects.requireNonNull(RollupStatus.of(mill.site(), usage).share()))
                .isLessThanOrEqualTo(40);
    }
}
