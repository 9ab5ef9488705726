package dev.lockkeeper.analytics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.dialect.PostgresDialect;
import dev.lockkeeper.analytics.dialect.Span;
import dev.lockkeeper.analytics.recon.Difference;
import dev.lockkeeper.analytics.recon.Reconciliation;
import dev.lockkeeper.analytics.roll.Backfill;
import dev.lockkeeper.analytics.roll.RollResult;
import dev.lockkeeper.analytics.roll.RollupStatus;
import java.math.BigDecimal;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Mill.Extension.class)
class ReconciliationTest {
    private static final Span JANUARY =
            new Span(Instant.parse("2026-01-09T13:00:00Z"), Instant.parse("2026-01-20T00:00:00Z"));

    private static Reconciliation.Result compared(Mill mill, Rollup usage, boolean repair) {
        return new Reconciliation(mill.site(), new PostgresDialect(), usage).run(JANUARY, repair);
    }

    private static Backfill.Result filled(Mill mill, Rollup usage) {
        return new Backfill(mill.site(), new PostgresDialect(), usage).run(null, null);
    }

    @Test
    @Tag("ANA-04")
    void span_of_thousands_of_years_costs_what_is_in_it(Mill mill) {
        mill.sql(
                "create table app.event_300 partition of app.event for values from ('0300-01-10 00:00+00') to ('0300-01-12 00:00+00')");
        Rollup usage = mill.install(Mill.USAGE);
        mill.event("0300-01-10 08:59:59.999999+00", 1, 1, "success", 10, "1")
                .event("0300-01-11 00:00:00+00", 1, 1, "success", 10, "1")
                .event("2026-01-10 08:59:59.999999+00", 1, 1, "success", 10, "1");
        mill.roll(usage);
        mill.sql(
                "delete from app.usage where grain = 'hour' and bucket < '2000-01-01'",
                "insert into app.usage (grain, bucket, organization_id, model_id, requests, tokens, errors, cost) select grain, '1500-06-15 12:00+00', organization_id, model_id, requests, tokens, errors, cost"
                        + " from app.usage where grain = 'hour'");
        Reconciliation.Result found = new Reconciliation(mill.site(), new PostgresDialect(), usage)
                .run(new Span(Instant.parse("0001-01-01T00:00:00Z"), Instant.parse("9999-01-01T00:00:00Z")), false);
        assertThat(found.differences())
                .filteredOn(one -> one.grain().word().equals("hour"))
                .extracting(one -> one.start() + " " + one.differences().get("requests"))
                .containsExactly("0300-01-10T08:00:00Z 1", "0300-01-11T00:00:00Z 1", "1500-06-15T12:00:00Z -1");
        assertThat(found.buckets()).isEqualTo(4 + 4);
    }

    @Test
    @Tag("ANA-04")
    void difference_is_pending_with_marks_and_drift_without_and_a_repair_marks_it(Mill mill) {
        Rollup usage = mill.install(Mill.USAGE);
        mill.event("2026-01-10 08:30+00", 1, 1, "success", 10, "1")
                .event("2026-01-10 09:30+00", 1, 1, "success", 10, "1")
                .event("2026-01-10 10:30+00", 1, 1, "success", 10, "1");
        mill.roll(usage);
        assertThat(compared(mill, usage, false).differences()).isEmpty();
        assertThat(mill.one("select count(*) from state.rollup_interval where last_reconciled_at is not null"))
                .isEqualTo("4");
        mill.event("2026-01-10 08:31+00", 1, 1, "error", 1, "0.5");
        mill.sql(
                "update app.usage set tokens = 11, cost = 0.5 where bucket = '2026-01-10 09:00+00' and grain = 'hour'",
                "delete from app.usage where bucket = '2026-01-10 10:00+00'");
        Reconciliation.Result found = compared(mill, usage, false);
        assertThat(found.differences())
                .filteredOn(one -> one.grain().word().equals("hour"))
                .extracting(one -> one.start().toString().substring(11, 13) + " " + one.kind() + " "
                        + one.differences().get("tokens") + " "
                        + one.differences().get("cost"))
                .containsExactly("08 PENDING 1 0.5000", "09 DRIFT -1 0.5000", "10 DRIFT 10 1.0000");
        assertThat(mill.rows(
                        "select class, difference ->> 'requests', action from state.recon_result where grain = 'hour'"))
                .containsExactly("pending|1|none", "drift|0|none", "drift|1|none");
        assertThat(compared(mill, usage, true).marked()).isEqualTo(3);
        assertThat(RollupStatus.of(mill.site(), usage).drift()).isEqualTo(3);
        mill.roll(usage);
        assertThat(mill.wrong()).isEqualTo("0");
        assertThat(compared(mill, usage, false).differences()).isEmpty();
        assertThat(RollupStatus.of(mill.site(), usage).drift()).isZero();
    }

    @Test
    @Tag("ANA-04")
    void sums_that_are_the_same_in_all_do_not_hide_groups_that_are_not(Mill mill) {
        Rollup usage = mill.install(Mill.USAGE);
        mill.event("2026-01-10 08:30+00", 1, 1, "success", 10, "1")
                .event("2026-01-10 08:30+00", 2, 1, "success", 20, "1");
        mill.roll(usage);
        mill.sql("update app.usage set tokens = 30 - tokens where grain = 'hour'");
        assertThat(compared(mill, usage, false).differences())
                .filteredOn(one -> one.grain().word().equals("hour"))
                .singleElement()
                .satisfies(one -> {
                    assertThat(one.groups()).isEqualTo(2);
                    assertThat(one.differences()).containsEntry("tokens", BigDecimal.ZERO);
                });
    }

    @Test
    @Tag("ANA-02")
    void sealed_bucket_is_never_overwritten_and_late_events_of_it_are_told(Mill mill) {
        Rollup usage = mill.install(Mill.USAGE + "    seal-after: 35d\n");
        mill.event("2026-01-10 08:30+00", 1, 1, "success", 10, "1")
                .event("2026-01-10 08:30+00", 2, 1, "success", 10, "1");
        mill.roll(usage);
        assertThat(mill.rows("select distinct state from state.rollup_interval"))
                .containsExactly("sealed");
        // its events are retired
        mill.sql("alter table app.event detach partition app.event_0110", "drop table app.event_0110");
        mill.sql(
                "create table app.event_0110 partition of app.event for values from ('2026-01-10 00:00:00+00') to ('2026-01-11 00:00:00+00')");
        mill.event("2026-01-10 08:45+00", 1, 1, "success", 1, "1");
        assertThat(mill.roll(usage).state()).isEqualTo(RollResult.State.DONE);
        assertThat(mill.usage("hour")).containsExactly("01-10 08|1|1|1|10|0|1.0000", "01-10 08|2|1|1|10|0|1.0000");
        assertThat(mill.rows("select action, keys[1] from state.rollup_late"))
                .containsExactly("quarantined|" + Mill.id(1));
        assertThat(RollupStatus.of(mill.site(), usage).quarantined()).isEqualTo(2);
        assertThat(compared(mill, usage, true).differences())
                .filteredOn(one -> one.grain().word().equals("hour"))
                .singleElement()
                .satisfies(one -> {
                    assertThat(one.kind()).isEqualTo(Difference.Kind.SEALED);
                    assertThat(one.differences()).containsEntry("requests", BigDecimal.valueOf(-1));
                });
        assertThat(filled(mill, usage).sealed()).isEqualTo(1);
        mill.roll(usage);
        assertThat(mill.usage("hour")).hasSize(2);
    }

    @Test
    @Tag("ANA-02")
    void sealed_bucket_is_opened_again_where_that_is_said_and_all_of_its_events_are_there(Mill mill) {
        Rollup usage = mill.install(Mill.USAGE + "    seal-after: 35d\n    late: reopen\n");
        mill.event("2026-01-10 08:30+00", 1, 1, "success", 10, "1")
                .event("2026-01-10 09:30+00", 2, 1, "success", 10, "1");
        mill.roll(usage);
        mill.event("2026-01-10 08:45+00", 1, 1, "success", 1, "1");
        mill.roll(usage);
        assertThat(mill.wrong()).isEqualTo("0");
        assertThat(mill.rows("select grain, action from state.rollup_late order by 1 desc"))
                .containsExactly("hour|reopened", "day|reopened");
        mill.sql("alter table app.event disable trigger user; delete from app.event where organization_id = '"
                + Mill.id(2) + "'; alter table app.event enable trigger user");
        mill.event("2026-01-11 09:45+00", 3, 1, "success", 1, "1");
        filled(mill, usage);
        mill.roll(usage);
        assertThat(mill.usage("hour")).contains("01-10 09|2|1|1|10|0|1.0000");
        assertThat(mill.rows("select action from state.rollup_late where bucket_start = '2026-01-10 09:00+00'"))
                .containsExactly("quarantined");
    }

    @Test
    @Tag("ANA-01")
    void events_that_were_there_before_are_computed_by_a_backfill_after_what_is_new(Mill mill) {
        mill.event("2026-01-10 08:30+00", 1, 1, "success", 10, "1")
                .event("2026-01-11 11:30+00", 1, 1, "success", 10, "1");
        Rollup usage = mill.install(Mill.USAGE);
        assertThat(mill.roll(usage).state()).isEqualTo(RollResult.State.IDLE);
        Backfill.Result filled = filled(mill, usage);
        assertThat(filled.marked()).isEqualTo(28);
        mill.event("2026-03-29 11:30+00", 1, 1, "success", 10, "1");
        new dev.lockkeeper.analytics.roll.Roller(
                        mill.site(),
                        new PostgresDialect(),
                        new dev.lockkeeper.analytics.roll.Pace(1, 1, 2),
                        "test",
                        () -> false)
                .run(usage, "test");
        assertThat(mill.usage("hour")).containsExactly("01-10 08|1|1|1|10|0|1.0000", "03-29 11|1|1|1|10|0|1.0000");
        RollupStatus status = RollupStatus.of(mill.site(), usage);
        assertThat(status.pending()).isEqualTo(26);
        assertThat(status.completeTo()).isEqualTo(Instant.parse("2026-01-10T10:00:00Z"));
        mill.roll(usage);
        assertThat(mill.wrong()).isEqualTo("0");
        assertThat(RollupStatus.of(mill.site(), usage)).satisfies(now -> {
            assertThat(now.pending()).isZero();
            assertThat(now.lag()).isZero();
            assertThat(now.newest()).isEqualTo(Instant.parse("2026-03-29T11:00:00Z"));
            assertThat(java.util.Objects.requireNonNull(now.last()).state()).isEqualTo("done");
        });
    }
}
