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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(Mill.Extension.class)
class ReconciliationTest {
    private static final Span JANUARY =
            new Span(Instant.parse("2026-01-09T13:00:00Z"), Instant.parse("2026-01-20T00:00:00Z"));

    private static Reconciliation.Result compared(Mill mill, Rollup usage, boolean repair) {
        return new Reconciliation(mill.site(), new PostgresDialect(), usage).run(JANUARY, repair);
    }

    private static Backfill.Result filled(Mill mill, Rollup usage) {
        return new Backfill(mill.site(), new PostgresDialect(), usage, false).run(null, null);
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
    @Tag("ANA-02")
    void late_event_of_a_sealed_bucket_is_told_with_its_sums_and_accepted_by_a_backfill_that_says_so(Mill mill) {
        Rollup usage = mill.install(Mill.USAGE + "    seal-after: 35d\n");
        mill.event("2026-01-10 08:30+00", 1, 1, "success", 10, "1")
                .event("2026-01-10 08:31+00", 2, 1, "success", 20, "1");
        mill.roll(usage);
        mill.event("2026-01-10 08:45+00", 1, 1, "error", 7, "0.2500")
                .event("2026-01-10 08:46+00", 3, 0, "success", 1, "0");
        mill.roll(usage);
        RollupStatus late = RollupStatus.of(mill.site(), usage);
        assertThat(late.quarantined()).isEqualTo(2);
        assertThat(late.late()).singleElement().satisfies(bucket -> {
            assertThat(bucket.start()).isEqualTo(Instant.parse("2026-01-10T08:00:00Z"));
            assertThat(bucket.marks()).isEqualTo(2);
            assertThat(bucket.sealed()).isEqualTo(2);
            assertThat(bucket.events()).isEqualTo(4);
            assertThat(bucket.isWhole()).isTrue();
            assertThat(bucket.differences())
                    .containsEntry("requests", "2")
                    .containsEntry("tokens", "8")
                    .containsEntry("errors", "1")
                    .containsEntry("cost", "0.2500");
        });
        Span hour = new Span(Instant.parse("2026-01-10T08:00:00Z"), Instant.parse("2026-01-10T09:00:00Z"));
        Backfill.Result opened =
                new Backfill(mill.site(), new PostgresDialect(), usage, true).run(hour.from(), hour.to());
        assertThat(opened.sealed()).isZero();
        mill.roll(usage);
        assertThat(mill.wrong()).as("days, too").isEqualTo("0");
        RollupStatus settled = RollupStatus.of(mill.site(), usage);
        assertThat(settled.quarantined()).isZero();
        assertThat(settled.late()).isEmpty();
        assertThat(settled.sealed()).as("and sealed again").isEqualTo(2);
    }

    @Test
    @Tag("ANA-02")
    void late_event_of_a_bucket_whose_events_are_retired_cannot_be_accepted_by_computing_it(Mill mill) {
        Rollup usage = mill.install(Mill.USAGE + "    seal-after: 35d\n");
        mill.event("2026-01-10 08:30+00", 1, 1, "success", 10, "1")
                .event("2026-01-10 08:31+00", 2, 1, "success", 20, "1");
        mill.roll(usage);
        mill.sql(
                "alter table app.event detach partition app.event_0110",
                "create table app.event_late partition of app.event for values from ('2026-01-10 00:00:00+00') to ('2026-01-11 00:00:00+00')");
        mill.event("2026-01-10 08:45+00", 1, 1, "error", 7, "0.2500");
        new Backfill(mill.site(), new PostgresDialect(), usage, true)
                .run(Instant.parse("2026-01-10T08:00:00Z"), Instant.parse("2026-01-10T09:00:00Z"));
        mill.roll(usage);
        assertThat(mill.usage("hour")).containsExactly("01-10 08|1|1|1|10|0|1.0000", "01-10 08|2|1|1|20|0|1.0000");
        assertThat(mill.one(
                        "select action || ' ' || (found ->> 'tokens') || ' of ' || events || ', ' || (held ->> 'tokens') || ' of ' ||"
                                + " sealed_events from state.rollup_late where grain = 'hour'"))
                .isEqualTo("quarantined 7 of 1, 30 of 2");
        assertThat(RollupStatus.of(mill.site(), usage).late())
                .noneMatch(dev.lockkeeper.analytics.roll.LateBucket::isWhole);
        mill.sql("update state.rollup_late set action = 'accepted'");
        assertThat(RollupStatus.of(mill.site(), usage).late()).isEmpty();
    }

    @Test
    @Tag("ANA-04")
    void hundred_measures_are_computed_compared_and_recorded_like_one(Mill mill) {
        StringBuilder measures = new StringBuilder();
        StringBuilder columns = new StringBuilder();
        for (int i = 1; i <= 100; i++) {
            measures.append("      m").append(i).append(": {sum: prompt}\n");
            columns.append(", m").append(i).append(" numeric not null");
        }
        mill.sql("create table app.wide (bucket timestamptz not null, organization_id uuid not null" + columns
                + ", unique (bucket, organization_id))");
        Rollup wide = mill.install("""
                version: 1
                rollups:
                  wide:
                    source: app.event
                    time: at
                    grains: hour
                    dimensions: organization_id
                    target: app.wide
                    columns: {bucket: bucket}
                    measures:
                """ + measures);
        assertThat(mill.judged(java.util.List.of(wide))).isEmpty();
        mill.event("2026-01-10 08:30+00", 1, 1, "success", 10, "1");
        assertThat(mill.roll(wide).state()).isEqualTo(RollResult.State.DONE);
        mill.sql("update app.wide set m77 = 3");
        assertThat(compared(mill, wide, true).differences())
                .singleElement()
                .satisfies(one -> assertThat(one.differences()).hasSize(100).containsEntry("m77", "7"));
        mill.roll(wide);
        assertThat(mill.one("select m1 + m50 + m51 + m77 + m100 from app.wide")).isEqualTo("50");
        assertThat(mill.one("select totals ->> 'm100' from state.rollup_interval"))
                .isEqualTo("10");
    }

    @Test
    @Tag("ANA-01")
    void events_that_were_there_before_are_computed_after_what_is_new(Mill mill) {
        mill.event("2026-01-10 08:30+00", 1, 1, "success", 10, "1")
                .event("2026-01-11 11:30+00", 1, 1, "success", 10, "1");
        Rollup usage = mill.install(Mill.USAGE);
        mill.event("2026-01-11 20:30+00", 1, 1, "success", 10, "1");
        new dev.lockkeeper.analytics.roll.Roller(
                        mill.site(),
                        new PostgresDialect(),
                        new dev.lockkeeper.analytics.roll.Pace(1, 1, 2),
                        "test",
                        () -> false)
                .run(usage, "test");
        assertThat(mill.usage("hour")).containsExactly("01-10 08|1|1|1|10|0|1.0000", "01-11 20|1|1|1|10|0|1.0000");
        RollupStatus status = RollupStatus.of(mill.site(), usage);
        assertThat(status.pending())
                .as("from the first to the last, and what is computed")
                .isEqualTo(37 - 3);
        assertThat(status.completeTo()).isEqualTo(Instant.parse("2026-01-10T10:00:00Z"));
        mill.roll(usage);
        assertThat(mill.wrong()).isEqualTo("0");
        assertThat(RollupStatus.of(mill.site(), usage)).satisfies(now -> {
            assertThat(now.pending()).isZero();
            assertThat(now.lag()).isZero();
            assertThat(now.newest()).isEqualTo(Instant.parse("2026-01-11T20:00:00Z"));
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
                "delete from app.usage where bucket < '1200-01-01'",
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

    @ParameterizedTest
    @ValueSource(strings = {"{sum: cost}", "{sum: cost, scale: 2}"})
    @Tag("ANA-02")
    void hours_are_sealed_with_their_day_and_hold_the_same_for_ever(String cost, Mill mill) {
        mill.sql("create table app.ever partition of app.event default");
        Rollup usage = mill.install(Mill.USAGE.replace("{sum: cost}", cost) + "    seal-after: 26h\n");
        String yesterday = mill.one("select date_trunc('day', now(), 'UTC') - interval '1 day'");
        String before = mill.one("select date_trunc('day', now(), 'UTC') - interval '3 days'");
        mill.event(yesterday, 1, 1, "success", 10, "1").event(before, 1, 1, "success", 10, "1");
        mill.roll(usage);
        assertThat(mill.rows("select grain, state from state.rollup_interval order by bucket_start, grain desc"))
                .containsExactly("hour|sealed", "day|sealed", "hour|built", "day|built");
        // an hour that was never computed, of a day that is sealed
        mill.sql("insert into app.event (at, organization_id) values ('" + before
                + "'::timestamptz + interval '5 hours', '" + Mill.id(1) + "'), ('" + before
                + "'::timestamptz + interval '10 minutes', '" + Mill.id(1) + "')");
        mill.event(yesterday, 1, 1, "success", 10, "1");
        mill.roll(usage);
        assertThat(mill.rows("select grain, sum(requests) from app.usage group by 1 order by 1"))
                .containsExactly("day|3", "hour|3");
        assertThat(mill.rows("select grain, action from state.rollup_late"))
                .containsExactly("hour|quarantined", "hour|quarantined");
        mill.roll(usage);
        assertThat(mill.rows("select grain, sum(requests) from app.usage group by 1 order by 1"))
                .containsExactly("day|3", "hour|3");
    }

    @Test
    @Tag("ANA-02")
    void hour_that_was_never_computed_opens_its_day_where_sealed_ones_are_opened(Mill mill) {
        Rollup usage = mill.install(Mill.USAGE + "    seal-after: 35d\n    late: reopen\n");
        mill.event("2026-01-10 08:30+00", 1, 1, "success", 10, "1");
        mill.roll(usage);
        mill.event("2026-01-10 09:30+00", 1, 1, "success", 10, "1");
        mill.roll(usage);
        assertThat(mill.wrong()).isEqualTo("0");
        assertThat(mill.rows("select grain, action from state.rollup_late order by 1 desc"))
                .containsExactly("hour|reopened", "day|reopened");
    }

    @Test
    @Tag("ANA-02")
    void sum_without_a_count_is_not_opened_when_its_events_are_retired_and_fewer_come(Mill mill) {
        mill.sql(
                "create table app.sums (bucket timestamptz, organization_id uuid, tokens bigint, unique nulls not distinct (bucket, organization_id))");
        String file = """
                version: 1
                rollups:
                  sums:
                    source: app.event
                    time: at
                    grains: [hour]
                    dimensions: [organization_id]
                    partition-by: organization_id
                    measures: {tokens: {sum: prompt}}
                    target: app.sums
                    columns: {bucket: bucket}
                    late: reopen
                """;
        Rollup sums = mill.install(file);
        for (int one = 1; one <= 9; one++) {
            mill.event("2026-01-10 08:0" + one + "+00", one, 1, "success", 10, "1");
        }
        mill.roll(sums);
        for (int more = 0; more < 30; more++) {
            mill.event("2026-01-10 08:30+00", 1, 1, "success", 10, "1");
        }
        mill.roll(sums);
        assertThat(mill.one("select raw_count from state.rollup_interval")).isEqualTo("39");
        mill.roll(mill.read(file + "    seal-after: 1d\n").get(0));
        mill.sql("delete from app.event; delete from state.rollup_dirty");
        for (int late = 1; late <= 9; late++) {
            mill.event("2026-01-10 08:0" + late + "+00", late, 1, "success", 10, "1");
        }
        mill.roll(sums);
        assertThat(mill.one("select sum(tokens) from app.sums")).isEqualTo("390");
    }

    @Test
    @Tag("ANA-02")
    void sealed_day_follows_its_hours_that_are_opened(Mill mill) {
        Rollup usage = mill.install(Mill.USAGE + "    late: reopen\n");
        for (int one = 1; one <= 4; one++) {
            mill.event("2026-01-10 08:30+00", one, 1, "success", 10, "1");
        }
        mill.roll(usage);
        mill.roll(
                mill.read(Mill.USAGE + "    late: reopen\n    seal-after: 1d\n").get(0));
        assertThat(mill.one("select count(*) from state.rollup_interval where state = 'sealed'"))
                .isEqualTo("2");
        mill.sql("update app.event set organization_id = '" + Mill.id(1) + "'");
        mill.roll(usage);
        assertThat(mill.usage("hour")).containsExactly("01-10 08|1|1|4|40|0|4.0000");
        assertThat(mill.usage("day")).containsExactly("01-10 00|1|1|4|40|0|4.0000");
    }
}
