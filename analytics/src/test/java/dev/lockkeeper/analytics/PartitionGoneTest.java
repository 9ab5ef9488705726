package dev.lockkeeper.analytics;

import static dev.lockkeeper.analytics.Watched.ATTACH;
import static dev.lockkeeper.analytics.Watched.DETACH;
import static dev.lockkeeper.analytics.Watched.assertSettled;
import static dev.lockkeeper.analytics.Watched.filled;
import static dev.lockkeeper.analytics.Watched.rollAmid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.dialect.PostgresDialect;
import dev.lockkeeper.analytics.dialect.Span;
import dev.lockkeeper.analytics.recon.Difference;
import dev.lockkeeper.analytics.recon.Reconciliation;
import dev.lockkeeper.analytics.roll.RollResult;
import dev.lockkeeper.analytics.roll.RollupStatus;
import dev.lockkeeper.analytics.state.StateScript;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Sums of events whose partition is let go by hand, or by another program. */
@Tag("ANA-02")
@ExtendWith(Mill.Extension.class)
class PartitionGoneTest {
    @Test
    void partition_that_is_dropped_leaves_its_sums_also_when_an_empty_one_takes_its_place(Mill mill) {
        Rollup usage = filled(mill, Mill.USAGE);
        List<String> sums = mill.usage("hour");
        mill.sql("drop table app.event_0110");
        assertThat(mill.roll(usage).state()).isEqualTo(RollResult.State.IDLE);
        mill.sql(
                "create table app.event_0110 partition of app.event for values from ('2026-01-10 00:00+00') to ('2026-01-11 00:00+00')");
        assertThat(mill.roll(usage).state()).isEqualTo(RollResult.State.IDLE);
        assertThat(mill.usage("hour")).isEqualTo(sums);
        assertThat(mill.usage("day")).hasSize(4);
        assertThat(mill.rows("select grain, bucket_start from state.rollup_interval where state = 'built'"))
                .containsExactlyInAnyOrder("hour|2026-01-11 09:00:00+00", "day|2026-01-11 00:00:00+00");
    }

    @Test
    void partition_that_was_let_go_with_its_sums_final_has_nothing_computed(Mill mill) {
        Rollup usage = filled(mill, Mill.USAGE);
        mill.sql(
                "insert into state.partition_log (source, partition, partition_oid, lower_bound, upper_bound, retired_at) select"
                        + " 'app.event', 'app.event_0110', 'app.event_0110'::regclass, '2026-01-10+00', '2026-01-11+00', now()",
                "drop table app.event_0110");
        assertThat(mill.roll(usage).state()).isEqualTo(RollResult.State.IDLE);
        assertThat(mill.usage("hour")).hasSize(4);
    }

    @Test
    void restored_database_takes_nothing_for_changed_and_watches_on(Mill mill) {
        Rollup usage = filled(mill, Mill.USAGE);
        // everything has another number then
        mill.sql("update state.rollup_watch set marker_oid = 1, relation = relation::bigint - 1000, seen = 'other'");
        assertThat(mill.roll(usage).state()).isEqualTo(RollResult.State.IDLE);
        assertThat(mill.rows("select name, is_source from state.rollup_watch order by 1"))
                .containsExactly("app.event|t", "app.event_0110|f", "app.event_0111|f", "app.event_0329|f");
        mill.sql("drop table app.event_0110");
        mill.roll(usage);
        assertThat(mill.usage("hour")).hasSize(4);
        mill.sql(
                "update state.rollup_watch set marker_oid = 1",
                "create table app.event_0110 partition of app.event for values from ('2026-01-10 00:00+00') to ('2026-01-11 00:00+00')",
                "insert into app.event_0110 (at, organization_id) values ('2026-01-10 05:00+00', '" + Mill.id(1)
                        + "')");
        mill.roll(usage);
        assertThat(mill.usage("hour")).hasSize(4);
        assertThat(mill.rows("select bucket_start, action from state.rollup_late"))
                .containsExactly("2026-01-10 05:00:00+00|quarantined");
    }

    @Test
    void another_partition_of_the_time_of_one_that_is_gone_opens_nothing(Mill mill) {
        Rollup usage = filled(mill, Mill.USAGE);
        List<String> sums = mill.usage("hour");
        mill.sql(
                "drop table app.event_0110",
                "create table app.late partition of app.event for values from ('2025-01-01 00:00+00') to ('2026-01-11 00:00+00')");
        mill.roll(usage);
        assertThat(mill.usage("hour")).isEqualTo(sums);
        mill.event("2026-01-10 08:17:00+00", 1, 1, "success", 1, "1");
        mill.roll(usage);
        assertThat(mill.usage("hour")).isEqualTo(sums);
        assertThat(mill.rows("select grain, bucket_start, action from state.rollup_late"))
                .containsExactly("hour|2026-01-10 08:00:00+00|quarantined");
    }

    @Test
    void partition_that_goes_while_its_buckets_are_computed_takes_no_sums_along(Mill mill) {
        Rollup usage = filled(mill, Mill.USAGE);
        List<String> sums = mill.usage("hour");
        mill.sql("update app.event set prompt = prompt + 1 where organization_id = '" + Mill.id(1) + "'");
        rollAmid(mill, usage, "drop table app.event_0110");
        assertThat(mill.usage("hour")).isEqualTo(sums);
        assertThat(mill.one("select count(*) from state.rollup_late where action = 'quarantined'"))
                .isEqualTo("1");
    }

    @Test
    void day_that_is_made_of_events_of_a_partition_that_is_gone_and_of_another_one_stays(Mill mill) {
        mill.sql(
                "drop table app.event_0110, app.event_0111",
                "create table app.event_0110 partition of app.event for values from ('2026-01-09 23:00+00') to ('2026-01-10 20:30+00')",
                "create table app.event_0111 partition of app.event for values from ('2026-01-10 20:30+00') to ('2026-01-11 23:00+00')");
        Rollup usage = filled(mill, Mill.USAGE.replace("{sum: cost}", "{sum: cost, scale: 2}"));
        List<String> days = mill.usage("day");
        mill.sql("drop table app.event_0110");
        mill.roll(usage);
        mill.event("2026-01-10 22:17:00+00", 1, 1, "success", 1, "1");
        mill.roll(usage);
        assertThat(mill.usage("day")).isEqualTo(days);
    }

    @Test
    void buckets_whose_events_went_while_there_were_no_marks_are_computed_by_the_first_run_after(Mill mill) {
        Rollup usage = filled(mill, Mill.USAGE);
        mill.sql(new StateScript(Mill.STATE, null).downOf(List.of(usage)), "truncate app.event");
        mill.sql(new StateScript(Mill.STATE, null).upOf(List.of(usage)));
        assertSettled(mill, usage);
        assertThat(mill.usage("hour")).isEmpty();
    }

    @Test
    void events_that_went_with_their_partition_before_they_were_counted_are_told(Mill mill) {
        Rollup usage = filled(mill, Mill.USAGE);
        mill.event("2026-01-10 05:17:00+00", 1, 1, "success", 1, "1");
        mill.sql("drop table app.event_0110");
        mill.roll(usage);
        assertThat(mill.usage("hour")).hasSize(4);
        assertThat(mill.rows("select bucket_start, marks, action from state.rollup_late"))
                .contains("2026-01-10 05:00:00+00|1|quarantined");
    }

    @Test
    void partition_that_is_gone_is_not_forgotten_when_the_marks_are_taken_back_and_brought_anew(Mill mill) {
        Rollup usage = filled(mill, Mill.USAGE);
        List<String> sums = mill.usage("hour");
        mill.sql("drop table app.event_0110", new StateScript(Mill.STATE, null).downOf(List.of(usage)));
        mill.sql(new StateScript(Mill.STATE, null).upOf(List.of(usage)));
        mill.roll(usage);
        assertThat(mill.usage("hour")).isEqualTo(sums);
    }

    @Test
    void restored_database_still_has_its_first_events_to_count(Mill mill) {
        mill.event("2026-01-10 08:15:00+00", 1, 1, "success", 10, "1");
        Rollup usage = mill.install(Mill.USAGE);
        mill.sql("update state.rollup_watch set marker_oid = 1, relation = relation::bigint - 1000, seen = 'other'");
        assertSettled(mill, usage);
        assertThat(mill.usage("hour")).hasSize(1);
    }

    @Test
    void nothing_is_computed_while_it_cannot_be_seen_what_became_of_partitions(Mill mill) throws Exception {
        Rollup usage = filled(mill, Mill.USAGE);
        List<String> sums = mill.usage("hour");
        mill.event("2026-01-10 08:17:00+00", 1, 1, "success", 1, "1");
        try (Connection other = mill.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("select from state.rollup_interval for update");
            mill.sql("drop table app.event_0110");
            assertThatThrownBy(() -> mill.roll(usage))
                    .hasMessageContaining("it cannot be seen what became of the partitions of app.event");
            other.commit();
        }
        mill.roll(usage);
        assertThat(mill.usage("hour")).isEqualTo(sums);
    }

    private static final String TODAY = "create table app.today partition of app.event for values from %s to %s"
            .formatted("(date_trunc('day', now(), 'UTC'))", "(date_trunc('day', now(), 'UTC') + interval '1 day')");

    /** Two instants of this day in two hours of it. */
    private static List<String> today(Mill mill) {
        return mill.rows(
                "select date_trunc('day', now(), 'UTC') + interval '5 min' + h * interval '1 hour' from generate_series(3, 4) h");
    }

    @Test
    void day_that_lasts_and_whose_partition_is_gone_goes_on_with_its_hours_and_is_sealed_when_it_has_ended(Mill mill) {
        Rollup usage = filled(mill, Mill.USAGE);
        mill.sql(TODAY);
        mill.event(today(mill).get(0), 1, 1, "success", 10, "1");
        mill.roll(usage);
        mill.sql("drop table app.today", TODAY);
        mill.roll(usage);
        mill.event(today(mill).get(0), 1, 1, "success", 1, "1")
                .event(today(mill).get(1), 1, 1, "success", 5, "1");
        mill.roll(usage);
        String day = "bucket >= date_trunc('day', now(), 'UTC')";
        assertThat(mill.rows("select grain, tokens from app.usage where " + day + " order by 1, 2"))
                .containsExactly("day|15", "hour|5", "hour|10");
        String state = "select state from state.rollup_interval where grain = 'day' and gone is not null";
        assertThat(mill.rows(state)).containsExactly("built");
        assertThat(mill.rows("select grain, action from state.rollup_late")).containsExactly("hour|quarantined");
        // as if it were tomorrow
        mill.sql(
                "update state.rollup_interval set bucket_start = bucket_start - interval '40 days' where gone is not null"
                        + " and grain = 'day'");
        mill.roll(usage);
        assertThat(mill.rows(state)).containsExactly("sealed");
    }

    @Test
    void day_that_lasts_and_is_made_of_events_keeps_those_that_are_gone_and_its_other_hours_go_on(Mill mill) {
        Rollup usage = filled(mill, Mill.USAGE.replace("{sum: cost}", "{sum: cost, scale: 2}"));
        mill.sql(TODAY);
        mill.event(today(mill).get(0), 1, 1, "success", 10, "1");
        mill.roll(usage);
        mill.sql("drop table app.today", TODAY);
        mill.roll(usage);
        mill.event(today(mill).get(1), 1, 1, "success", 5, "1");
        mill.roll(usage);
        assertThat(
                        mill.rows(
                                "select grain, tokens from app.usage where bucket >= date_trunc('day', now(), 'UTC') order by 1, 2"))
                .containsExactly("day|10", "hour|5", "hour|10");
        assertThat(mill.rows("select grain, events, sealed_events, action from state.rollup_late"))
                .containsExactly("day|1|1|quarantined");
    }

    @Test
    void partition_that_went_between_a_restore_and_the_first_run_after_it_takes_no_sums_along(Mill mill) {
        filled(mill, Mill.USAGE);
        mill.sql("update state.rollup_watch set marker_oid = 1, relation = relation::bigint - 1000, seen = 'other'");
        mill.sql(DETACH);
        Rollup other = mill.read(Mill.USAGE.replace("is: error", "is: success")).get(0);
        mill.roll(other);
        assertThat(mill.usage("hour")).hasSize(4);
        assertThat(mill.rows("select bucket_start from state.rollup_interval where state = 'built' and grain = 'hour'"))
                .containsExactly("2026-01-11 09:00:00+00");
        mill.sql(ATTACH);
        assertThat(mill.roll(other).tally().buckets()).isPositive();
        assertThat(mill.rows("select 1 from state.rollup_interval where state = 'sealed'"))
                .isEmpty();
    }

    @Test
    void partition_that_was_renamed_with_its_table_between_a_restore_and_the_first_run_is_not_taken_for_gone(
            Mill mill) {
        Rollup usage = filled(mill, Mill.USAGE);
        mill.sql(
                "update state.rollup_watch set marker_oid = 1, relation = relation::bigint - 1000, name = replace(name, 'app.', 'old.')");
        mill.roll(usage);
        assertThat(mill.rows("select 1 from state.rollup_interval where state = 'sealed'"))
                .isEmpty();
    }

    @Test
    void late_events_and_drift_of_a_partition_that_is_gone_are_told_as_long_as_there_is_anything_to_do(Mill mill) {
        Rollup usage = filled(mill, Mill.USAGE);
        mill.sql(DETACH);
        Span day = new Span(Instant.parse("2026-01-10T00:00:00Z"), Instant.parse("2026-01-11T00:00:00Z"));
        assertThat(new Reconciliation(mill.site(), new PostgresDialect(), usage)
                        .run(day, false)
                        .count(Difference.Kind.DRIFT))
                .isPositive();
        assertThat(RollupStatus.of(mill.site(), usage).drift()).isPositive();
        mill.sql(
                "create table app.other partition of app.event for values from ('2026-01-10 00:00+00') to ('2026-01-11 00:00+00')");
        mill.event("2026-01-10 08:17:00+00", 1, 1, "success", 1, "1");
        mill.roll(usage);
        assertThat(RollupStatus.of(mill.site(), usage)).satisfies(status -> {
            assertThat(status.drift()).isZero();
            assertThat(status.quarantined()).isPositive();
            assertThat(status.late()).hasSize(1);
        });
        mill.sql("drop table app.other", ATTACH);
        assertSettled(mill, usage);
        assertThat(RollupStatus.of(mill.site(), usage)).satisfies(status -> {
            assertThat(status.quarantined()).isZero();
            assertThat(status.late()).isEmpty();
        });
    }

    @Test
    void what_was_told_of_a_transaction_that_is_taken_back_is_not_told_in_the_end(Mill mill) {
        Rollup usage = filled(mill, Mill.USAGE + """
                    checks:
                      plausible: {sum: tokens, fail: "> 900", blocking: true}
                """);
        mill.event("2026-01-11 09:20:00+00", 4, 0, "success", 1000, "1");
        RollResult result =
                rollAmid(mill, usage, "drop table app.event_0110", "delete from app.event where prompt = 1000");
        assertThat(result.problems()).isEmpty();
        assertThat(result.checks()).isEmpty();
        assertThat(result.state()).isEqualTo(RollResult.State.DONE);
        assertThat(mill.rows("select 1 from state.dq_result where outcome <> 'pass'"))
                .isEmpty();
    }
}
