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
                    assertThat(one.differences()).containsEntry("tokens", "0");
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
                    assertThat(one.differences()).containsEntry("requests", "-1");
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

    @Test
    @Tag("ANA-04")
    void what_is_no_number_is_told_as_it_is_and_hides_no_other_bucket(Mill mill) {
        Rollup usage = numbers(mill);
        mill.event("2026-01-10 08:30+00", 1, 1, "success", 10, "'NaN'")
                .event("2026-01-10 09:30+00", 1, 1, "success", 10, "'Infinity'")
                .event("2026-01-10 10:30+00", 1, 1, "success", 10, "'-Infinity'")
                .event("2026-01-10 11:30+00", 1, 1, "success", 10, "1");
        assertThat(mill.roll(usage).problems()).isEmpty();
        assertThat(compared(mill, usage, false).differences()).isEmpty();
        mill.sql("update app.usage set cost = 5, tokens = 9 where grain = 'hour'");
        Reconciliation.Result found = compared(mill, usage, true);
        assertThat(found.differences())
                .filteredOn(one -> one.grain().word().equals("hour"))
                .extracting(one ->
                        one.differences().get("cost") + " " + one.differences().get("tokens"))
                .containsExactly("NaN 1", "Infinity 1", "-Infinity 1", "-4 1");
        assertThat(mill.rows(
                        "select difference from state.recon_result where grain = 'hour' order by bucket_start limit 2"))
                .containsExactly(
                        "{\"cost\": \"NaN\", \"errors\": 0, \"tokens\": 1, \"requests\": 0}",
                        "{\"cost\": \"Infinity\", \"errors\": 0, \"tokens\": 1, \"requests\": 0}");
        mill.roll(usage);
        assertThat(compared(mill, usage, false).differences()).isEmpty();
    }

    static Rollup numbers(Mill mill) {
        mill.sql("alter table app.event alter cost type numeric; alter table app.usage alter cost type numeric");
        return mill.install(Mill.USAGE);
    }

    @Test
    @Tag("ANA-04")
    void years_without_events_are_passed_over(Mill mill) {
        mill.sql(
                "create table app.ever partition of app.event default",
                "insert into app.event (at, organization_id) values ('4713-01-01 00:00+00 BC', '" + Mill.id(1)
                        + "'), ('1066-10-14 09:00+00', '" + Mill.id(1) + "')");
        Rollup usage = mill.install(Mill.USAGE);
        mill.event("9999-12-31 23:59+00", 1, 1, "success", 10, "1")
                .event("2026-01-10 08:30+00", 1, 1, "success", 10, "1");
        mill.roll(usage);
        mill.sql(
                "insert into app.usage (grain, bucket, organization_id, requests, tokens, errors, cost) values ('day', '1500-01-01+00', '"
                        + Mill.id(1) + "', 1, 1, 1, 1)");
        Span ever = new Span(Instant.parse("-9999-01-01T00:00:00Z"), Instant.parse("+99999-01-01T00:00:00Z"));
        Reconciliation.Result found = new Reconciliation(mill.site(), new PostgresDialect(), usage).run(ever, true);
        assertThat(found.buckets()).isEqualTo(7);
        assertThat(found.differences())
                .extracting(one -> one.grain().word() + " " + one.start())
                .containsExactly("hour -4712-01-01T00:00:00Z", "hour 1066-10-14T09:00:00Z", "day 1500-01-01T00:00:00Z");
        mill.roll(usage);
        assertThat(mill.wrong()).isEqualTo("0");
        new Reconciliation(mill.site(), new PostgresDialect(), usage).run(ever, false);
        assertThat(mill.one("select count(*) from state.rollup_interval where last_reconciled_at is null"))
                .isEqualTo("0");
    }

    @Test
    @Tag("ANA-04")
    void day_that_is_made_of_events_is_pending_while_one_of_its_hours_is(Mill mill) {
        Rollup usage = mill.install(Mill.USAGE.replace("{sum: cost}", "{sum: cost, scale: 2}"));
        mill.event("2026-01-10 08:30+00", 1, 1, "success", 10, "1");
        mill.roll(usage);
        mill.event("2026-01-10 08:31+00", 1, 1, "success", 10, "1");
        assertThat(compared(mill, usage, false).differences())
                .extracting(one -> one.grain().word() + " " + one.kind())
                .containsExactly("hour PENDING", "day PENDING");
    }
}
