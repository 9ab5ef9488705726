package dev.lockkeeper.analytics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.roll.RollResult;
import dev.lockkeeper.problem.Problem;
import java.sql.Connection;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Mill.Extension.class)
class RollerTest {
    @Test
    @Tag("ANA-01")
    void hours_and_days_hold_counts_sums_errors_and_cost_to_the_last_digit_and_null_is_a_group(Mill mill) {
        Rollup usage = mill.install(Mill.USAGE);
        assertThat(mill.judged(java.util.List.of(usage))).isEmpty();
        mill.event("2026-01-10 08:15:00+00", 1, 1, "success", 10, "0.0001")
                .event("2026-01-10 08:59:59.999999+00", 1, 1, "error", 5, "0.9999")
                .event("2026-01-10 09:00:00+00", 1, 0, "success", 7, "null")
                .event("2026-01-10 23:00:00+00", 1, 0, "success", 1, "0.1000")
                .event("2026-01-11 00:00:00+00", 2, 1, "success", 3, "2");
        RollResult result = mill.roll(usage);
        assertThat(result.state()).isEqualTo(RollResult.State.DONE);
        assertThat(mill.usage("hour"))
                .containsExactly(
                        "01-10 08|1|1|2|15|1|1.0000",
                        "01-10 09|1|null|1|7|0|0.0000",
                        "01-10 23|1|null|1|1|0|0.1000",
                        "01-11 00|2|1|1|3|0|2.0000");
        assertThat(mill.usage("day"))
                .containsExactly(
                        "01-10 00|1|1|2|15|1|1.0000", "01-10 00|1|null|2|8|0|0.1000", "01-11 00|2|1|1|3|0|2.0000");
        assertThat(mill.wrong()).isEqualTo("0");
        assertThat(mill.roll(usage).state()).isEqualTo(RollResult.State.IDLE);
    }

    @Test
    @Tag("ANA-01")
    void bucket_that_has_not_changed_is_computed_again_and_no_row_is_written(Mill mill) {
        Rollup usage = mill.install(Mill.USAGE);
        mill.event("2026-01-10 08:15:00+00", 1, 1, "success", 10, "0.0001");
        mill.roll(usage);
        String before = mill.one("select string_agg(ctid || ' ' || xmin || ' ' || written, ',') from app.usage");
        mill.sql(
                "insert into state.rollup_dirty (rollup, grain, bucket_start, whole) select 'usage', 'hour', '2026-01-10 08:00+00', true"
                        + " from generate_series(1, 3)");
        RollResult result = mill.roll(usage);
        assertThat(result.tally().marks()).isEqualTo(3);
        assertThat(result.tally().unchanged()).isEqualTo(1);
        assertThat(mill.one("select string_agg(ctid || ' ' || xmin || ' ' || written, ',') from app.usage"))
                .isEqualTo(before);
    }

    @Test
    @Tag("ANA-01")
    void rows_of_a_partitioned_target_that_lie_at_the_same_place_of_their_parts_are_not_confused(Mill mill) {
        mill.sql(
                "drop table app.usage",
                """
                create table app.usage (grain text not null, bucket timestamptz not null, organization_id uuid not null, model_id uuid,
                    requests bigint not null, tokens bigint not null, errors bigint not null, cost numeric(14, 4) not null, written timestamptz,
                    unique nulls not distinct (grain, bucket, organization_id, model_id)) partition by list (organization_id)""",
                "create table app.usage_1 partition of app.usage for values in ('" + Mill.id(1) + "')",
                "create table app.usage_2 partition of app.usage for values in ('" + Mill.id(2) + "')");
        Rollup usage = mill.install(Mill.USAGE);
        mill.event("2026-01-10 08:15:00+00", 1, 1, "success", 10, "1")
                .event("2026-01-10 08:16:00+00", 2, 1, "success", 20, "1");
        mill.roll(usage);
        assertThat(mill.rows("select count(distinct ctid) from app.usage where grain = 'hour'"))
                .containsExactly("1");
        mill.sql("update app.event set prompt = 21 where organization_id = '" + Mill.id(2) + "'");
        mill.roll(usage);
        assertThat(mill.usage("hour")).containsExactly("01-10 08|1|1|1|10|0|1.0000", "01-10 08|2|1|1|21|0|1.0000");
        mill.sql("delete from app.event where organization_id = '" + Mill.id(1) + "'");
        mill.roll(usage);
        assertThat(mill.usage("hour")).containsExactly("01-10 08|2|1|1|21|0|1.0000");
        assertThat(mill.wrong()).isEqualTo("0");
    }

    @Test
    @Tag("ANA-01")
    void row_that_somebody_inserts_meanwhile_fails_the_bucket_which_keeps_its_marks(Mill mill) throws Exception {
        Rollup usage = mill.install(Mill.USAGE);
        mill.event("2026-01-10 08:15:00+00", 1, 1, "success", 10, "1");
        try (Connection other = mill.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute(
                    "insert into app.usage (grain, bucket, organization_id, model_id, requests, tokens, errors, cost)"
                            + " values ('hour', '2026-01-10 08:00+00', '" + Mill.id(1) + "', '" + Mill.id(1)
                            + "', 7, 7, 7, 7)");
            CompletableFuture<RollResult> rolled = CompletableFuture.supplyAsync(() -> mill.roll(usage));
            statement.execute(
                    "do $$ begin loop exit when exists (select from pg_locks where not granted); end loop; end $$");
            other.commit();
            assertThat(rolled.get().state()).isEqualTo(RollResult.State.FAILED);
        }
        assertThat(mill.roll(usage).state()).isEqualTo(RollResult.State.DONE);
        assertThat(mill.usage("hour")).containsExactly("01-10 08|1|1|1|10|0|1.0000");
        assertThat(mill.wrong()).isEqualTo("0");
    }

    @Test
    @Tag("ANA-01")
    void measures_may_be_called_as_parts_of_the_statement_are(Mill mill) {
        mill.sql(
                "create table app.letters (b timestamptz, d1 uuid, t bigint, n bigint, m1 bigint, fresh bigint, c bigint, unique nulls not"
                        + " distinct (b, d1))");
        Rollup usage = mill.install("""
                version: 1
                rollups:
                  letters:
                    source: app.event
                    time: at
                    grains: [hour]
                    dimensions: {organization_id: {into: d1}}
                    measures: {t: count, n: {sum: prompt}, m1: {sum: completion}, fresh: count, c: count}
                    target: app.letters
                    columns: {bucket: b}
                """);
        mill.event("2026-01-10 08:15:00+00", 1, 1, "success", 10, "1");
        mill.roll(usage);
        assertThat(mill.rows("select t, n, m1, fresh, c from app.letters")).containsExactly("1|10|0|1|1");
        assertThat(mill.rows("select totals from state.rollup_interval"))
                .containsExactly("{\"c\": 1, \"n\": 10, \"t\": 1, \"m1\": 0, \"fresh\": 1}");
    }

    @Test
    @Tag("ANA-01")
    void events_that_were_there_before_the_marks_are_counted_by_the_first_run(Mill mill) {
        mill.event("2026-01-10 08:15:00+00", 1, 1, "success", 10, "1")
                .event("2026-01-10 20:15:00+00", 1, 1, "success", 10, "1")
                .event("2026-01-11 09:15:00+00", 1, 1, "success", 10, "1");
        Rollup usage = mill.install(Mill.USAGE);
        mill.event("2026-01-10 12:15:00+00", 1, 1, "success", 10, "1");
        assertThat(mill.roll(usage).state()).isEqualTo(RollResult.State.DONE);
        assertThat(mill.usage("day")).containsExactly("01-10 00|1|1|3|30|0|3.0000", "01-11 00|1|1|1|10|0|1.0000");
        assertThat(mill.wrong()).isEqualTo("0");
        assertThat(mill.roll(usage).state()).isEqualTo(RollResult.State.IDLE);
    }

    @Test
    @Tag("ANA-01")
    void row_that_somebody_changes_meanwhile_fails_the_bucket_which_keeps_its_marks(Mill mill) throws Exception {
        Rollup usage = mill.install(Mill.USAGE);
        mill.event("2026-01-10 08:15:00+00", 1, 1, "success", 10, "1");
        mill.roll(usage);
        mill.event("2026-01-10 08:16:00+00", 1, 1, "success", 10, "1");
        try (Connection other = mill.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("update app.usage set written = written");
            CompletableFuture<RollResult> rolled = CompletableFuture.supplyAsync(() -> mill.roll(usage));
            statement.execute(
                    "do $$ begin loop exit when exists (select from pg_locks where not granted); end loop; end $$");
            other.commit();
            assertThat(rolled.get().problems())
                    .extracting(Problem::why)
                    .containsExactly(
                            "not all rows of app.usage could be changed: somebody changed them at the same time, or something"
                                    + " keeps them as they are");
        }
        assertThat(mill.roll(usage).state()).isEqualTo(RollResult.State.DONE);
        assertThat(mill.usage("day")).containsExactly("01-10 00|1|1|2|20|0|2.0000");
        assertThat(mill.wrong()).isEqualTo("0");
    }

    @Test
    @Tag("ANA-01")
    void event_of_no_time_that_was_there_before_is_told_by_its_table(Mill mill) {
        mill.sql(
                "create table app.ever partition of app.event default",
                "alter table app.event alter organization_id drop not null",
                "insert into app.event (at) values ('infinity')");
        Rollup usage = mill.read(Mill.USAGE).get(0);
        mill.sql(new dev.lockkeeper.analytics.state.StateScript(Mill.STATE, null).up(java.util.List.of(usage)));
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> mill.roll(usage))
                .hasMessageContaining("an event of app.event has no time at which it can be counted");
        mill.sql("delete from app.event");
        assertThat(mill.roll(usage).state()).isEqualTo(RollResult.State.IDLE);
    }

    @Test
    @Tag("ANA-02")
    void late_event_has_its_part_of_the_bucket_computed_and_no_other(Mill mill) {
        Rollup usage = mill.install(Mill.USAGE);
        mill.sql(
                "insert into app.event (at, organization_id, model_id, prompt) select '2026-01-10 08:00+00'::timestamptz + n * interval"
                        + " '1 s', ('00000000-0000-0000-0000-' || lpad((n % 30)::text, 12, '0'))::uuid, null, n from generate_series(0, 599) n");
        mill.roll(usage);
        // not seen by a part that is not computed
        mill.sql("update app.usage set requests = 0 where organization_id = '" + Mill.id(7) + "'");
        mill.event("2026-01-10 08:30:00+00", 3, 1, "error", 1, "1");
        RollResult result = mill.roll(usage);
        assertThat(result.tally().pairs()).isEqualTo(2);
        assertThat(result.tally().read()).isEqualTo(23);
        assertThat(mill.rows("select distinct requests from app.usage where organization_id = '" + Mill.id(7) + "'"))
                .containsExactly("0");
        mill.sql("update app.usage set requests = 20 where organization_id = '" + Mill.id(7) + "'");
        assertThat(mill.wrong()).isEqualTo("0");
    }

    @Test
    @Tag("ANA-02")
    void changed_deleted_moved_and_truncated_events_are_followed_and_groups_that_nothing_is_left_of_go(Mill mill) {
        Rollup usage = mill.install(Mill.USAGE);
        mill.event("2026-01-10 08:15:00+00", 1, 1, "success", 10, "1")
                .event("2026-01-10 08:16:00+00", 2, 1, "success", 10, "1")
                .event("2026-01-10 09:16:00+00", 3, 0, "success", 10, "1");
        mill.roll(usage);
        mill.sql(
                "update app.event set organization_id = '" + Mill.id(2) + "' where organization_id = '" + Mill.id(1)
                        + "'",
                "update app.event set at = '2026-01-11 05:00+00' where organization_id = '" + Mill.id(3) + "'");
        mill.roll(usage);
        assertThat(mill.usage("hour")).containsExactly("01-10 08|2|1|2|20|0|2.0000", "01-11 05|3|null|1|10|0|1.0000");
        mill.sql("delete from app.event where organization_id = '" + Mill.id(3) + "'");
        mill.roll(usage);
        assertThat(mill.usage("day")).containsExactly("01-10 00|2|1|2|20|0|2.0000");
        mill.sql("truncate app.event");
        mill.roll(usage);
        assertThat(mill.rows("select 1 from app.usage")).isEmpty();
        assertThat(mill.wrong()).isEqualTo("0");
    }

    @Test
    @Tag("ANA-02")
    void event_that_is_written_straight_into_a_partition_or_comes_with_one_is_counted(Mill mill) {
        Rollup usage = mill.install(Mill.USAGE);
        mill.sql(
                "insert into app.event_0110 (at, organization_id) values ('2026-01-10 05:00+00', '" + Mill.id(1) + "')",
                "create table app.more (like app.event including all)",
                "insert into app.more (at, organization_id) values ('2026-01-12 05:00+00', '" + Mill.id(2) + "')",
                "alter table app.event attach partition app.more for values from ('2026-01-12 00:00+00') to ('2026-01-13 00:00+00')",
                "insert into app.more (at, organization_id) values ('2026-01-12 06:00+00', '" + Mill.id(2) + "')");
        mill.roll(usage);
        assertThat(mill.usage("hour"))
                .containsExactly(
                        "01-10 05|1|null|1|0|0|0.0000", "01-12 05|2|null|1|0|0|0.0000", "01-12 06|2|null|1|0|0|0.0000");
        mill.sql("truncate app.more");
        mill.roll(usage);
        assertThat(mill.wrong()).isEqualTo("0");
    }

    @Test
    @Tag("ANA-01")
    void time_zone_of_sessions_and_the_hour_of_a_clock_change_do_not_matter(Mill mill) throws Exception {
        Rollup usage = mill.install(Mill.USAGE);
        mill.sql("alter role " + mill.user() + " set timezone = 'Asia/Kathmandu'");
        try (Connection application = mill.connect();
                Statement statement = application.createStatement()) {
            statement.execute("set timezone = 'Europe/Berlin'; set intervalstyle = 'sql_standard'");
            // 01:30 before and 03:30 after the clocks go forward: half past twelve and half past one of UTC
            statement.execute("insert into app.event (at, organization_id) values ('2026-03-29 01:30 Europe/Berlin', '"
                    + Mill.id(1) + "'), ('2026-03-29 03:30 Europe/Berlin', '" + Mill.id(1) + "')");
        }
        try (dev.lockkeeper.database.Session session = mill.open()) {
            new dev.lockkeeper.analytics.roll.Roller(
                            new dev.lockkeeper.analytics.state.Site(session, Mill.STATE, null),
                            new dev.lockkeeper.analytics.dialect.PostgresDialect(),
                            Mill.FAST,
                            "test",
                            () -> false)
                    .run(usage, "test");
        }
        mill.sql("alter role " + mill.user() + " reset timezone");
        assertThat(mill.usage("hour")).containsExactly("03-29 00|1|null|1|0|0|0.0000", "03-29 01|1|null|1|0|0|0.0000");
        assertThat(mill.usage("day")).containsExactly("03-29 00|1|null|2|0|0|0.0000");
    }

    @Test
    @Tag("ANA-01")
    void another_definition_has_all_buckets_computed_again_at_a_rate(Mill mill) {
        Rollup usage = mill.install(Mill.USAGE);
        for (int hour = 1; hour <= 5; hour++) {
            mill.event("2026-01-10 0" + hour + ":00+00", 1, 1, "lost", 1, "1");
        }
        mill.roll(usage);
        Rollup other =
                mill.read(Mill.USAGE.replace("is: error", "is: [error, lost]")).get(0);
        new dev.lockkeeper.analytics.roll.Roller(
                        mill.site(),
                        new dev.lockkeeper.analytics.dialect.PostgresDialect(),
                        new dev.lockkeeper.analytics.roll.Pace(24, 1, 2),
                        "test",
                        () -> false)
                .run(other, "test");
        assertThat(mill.rows("select errors from app.usage where grain = 'hour' order by bucket"))
                .containsExactly("0", "0", "0", "1", "1");
        mill.roll(other);
        assertThat(mill.usage("day")).containsExactly("01-10 00|1|1|5|5|5|5.0000");
        assertThat(mill.roll(other).state()).isEqualTo(RollResult.State.IDLE);
    }

    @Test
    void bucket_that_the_server_refuses_keeps_its_marks_and_others_go_on(Mill mill) {
        Rollup usage = mill.install(Mill.USAGE);
        mill.sql("alter table app.usage add constraint usage_small check (tokens < 100)");
        mill.event("2026-01-10 08:15:00+00", 1, 1, "success", 1000, "1")
                .event("2026-01-10 09:15:00+00", 1, 1, "success", 5, "1");
        RollResult result = mill.roll(usage);
        assertThat(result.state()).isEqualTo(RollResult.State.FAILED);
        assertThat(result.problems())
                .singleElement()
                .extracting(Problem::message)
                .isEqualTo("the hour of 2026-01-10T08:00:00Z of rollup usage cannot be computed");
        assertThat(mill.usage("hour")).containsExactly("01-10 09|1|1|1|5|0|1.0000");
        assertThat(mill.rows("select state, error is not null from state.rollup_run"))
                .containsExactly("failed|t");
        mill.sql("alter table app.usage drop constraint usage_small");
        assertThat(mill.roll(usage).state()).isEqualTo(RollResult.State.DONE);
        assertThat(mill.wrong()).isEqualTo("0");
    }

    @Test
    @Tag("ANA-02")
    void many_that_find_a_new_partition_at_once_watch_it_once(Mill mill) throws Exception {
        Rollup usage = mill.install(Mill.USAGE);
        mill.sql(
                "create table app.event_0112 partition of app.event for values from ('2026-01-12 00:00+00') to ('2026-01-13 00:00+00')");
        try (Connection first = mill.connect();
                Statement watching = first.createStatement()) {
            first.setAutoCommit(false);
            watching.execute("select state.watch_partitions()");
            java.util.concurrent.CompletableFuture<RollResult> second =
                    java.util.concurrent.CompletableFuture.supplyAsync(() -> mill.roll(usage));
            org.awaitility.Awaitility.await().until(() -> {
                try (java.sql.ResultSet waiting = watching.executeQuery(
                        "select count(*) from pg_locks where locktype = 'advisory' and not granted")) {
                    return waiting.next() && waiting.getInt(1) == 1;
                }
            });
            first.commit();
            assertThat(second.join().state()).isEqualTo(RollResult.State.IDLE);
        }
        assertThat(mill.one("select count(*) from pg_trigger where tgrelid = 'app.event_0112'::regclass"))
                .isEqualTo("4");
    }
}
