package dev.lockkeeper.analytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.dialect.PostgresDialect;
import dev.lockkeeper.analytics.dialect.Span;
import dev.lockkeeper.analytics.judge.Fit;
import dev.lockkeeper.analytics.recon.Difference;
import dev.lockkeeper.analytics.recon.Reconciliation;
import dev.lockkeeper.analytics.roll.RollResult;
import dev.lockkeeper.analytics.roll.Roller;
import dev.lockkeeper.analytics.roll.RollupStatus;
import dev.lockkeeper.analytics.state.StateScript;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Events that come, go and change past the triggers of their table. */
@Tag("ANA-02")
@ExtendWith(Mill.Extension.class)
class WatchTest {
    private static final String DETACH = "alter table app.event detach partition app.event_0110";
    private static final String ATTACH =
            "alter table app.event attach partition app.event_0110 for values from ('2026-01-10 00:00+00') to ('2026-01-11 00:00+00')";
    private static final String MARKS =
            "select (select count(*) from state.rollup_dirty) + (select count(*) from" + " state.rollup_dirty_span)";

    private static Rollup filled(Mill mill, String file) {
        Rollup usage = mill.install(file);
        mill.event("2026-01-10 08:15:00+00", 1, 1, "success", 10, "1")
                .event("2026-01-10 08:16:00+00", 2, 1, "success", 20, "1")
                .event("2026-01-10 21:16:00+00", 3, 0, "error", 30, "1")
                .event("2026-01-11 09:16:00+00", 4, 0, "success", 40, "1");
        mill.roll(usage);
        assertThat(mill.wrong()).isEqualTo("0");
        return usage;
    }

    /** A run that finds something done before each of its transactions. */
    private static RollResult rollAmid(Mill mill, Rollup usage, String... before) {
        Session other = mill.open();
        Queue<String> left = new ArrayDeque<>(List.of(before));
        return new Roller(mill.site(), new PostgresDialect(), Mill.FAST, "test", () -> {
                    String next = left.poll();
                    if (next != null) {
                        other.execute(next);
                    }
                    return false;
                })
                .run(usage, "test");
    }

    private static void assertSettled(Mill mill, Rollup usage) {
        mill.roll(usage);
        assertThat(mill.wrong()).isEqualTo("0");
        assertThat(mill.roll(usage).state()).isEqualTo(RollResult.State.IDLE);
        assertThat(mill.one(MARKS)).isEqualTo("0");
    }

    @Test
    void partition_that_was_detached_changed_computed_and_attached_again_is_counted_again(Mill mill) {
        Rollup usage = filled(mill, Mill.USAGE);
        for (int round = 0; round < 2; round++) {
            mill.sql(
                    DETACH,
                    "update app.event_0110 set prompt = prompt + 1 where organization_id = '" + Mill.id(1) + "'");
            mill.roll(usage);
            List<String> kept = mill.usage("hour");
            assertThat(kept).hasSize(4).contains("01-10 08|1|1|1|" + (10 + round) + "|0|1.0000");
            mill.sql(ATTACH);
            assertSettled(mill, usage);
            assertThat(mill.usage("hour")).hasSize(4).isNotEqualTo(kept);
            assertThat(mill.rows("select 1 from state.rollup_interval where state = 'sealed'"))
                    .isEmpty();
        }
    }

    @Test
    void partition_that_is_detached_changed_and_attached_between_two_runs_is_counted_as_it_is(Mill mill) {
        Rollup usage = filled(mill, Mill.USAGE);
        mill.sql(
                DETACH,
                "alter table app.event_0110 disable trigger all; delete from app.event_0110 where organization_id = '"
                        + Mill.id(3) + "'; alter table app.event_0110 enable trigger all",
                ATTACH);
        assertSettled(mill, usage);
        assertThat(mill.usage("hour")).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "    seal-after: 35d\n"})
    void partition_that_is_detached_and_attached_amid_a_run_is_counted_again_before_its_buckets_are_sealed(
            String seal, Mill mill) {
        filled(mill, Mill.USAGE);
        Rollup usage = mill.read(Mill.USAGE + seal).get(0);
        mill.sql("update app.event set prompt = prompt + 1 where organization_id = '" + Mill.id(1) + "'");
        rollAmid(mill, usage, DETACH, "select 1", ATTACH);
        assertSettled(mill, usage);
        assertThat(mill.usage("hour")).hasSize(4);
    }

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
    void partitions_by_lists_of_levels_and_the_default_one_are_watched_by_the_time_that_they_may_have(Mill mill) {
        mill.sql(
                "drop table app.event; create table app.event (event_id uuid default gen_random_uuid(), at timestamptz not null,"
                        + " organization_id uuid not null, model_id uuid, status text, prompt bigint, completion bigint, cost numeric(12,4))"
                        + " partition by range (at, organization_id)",
                "create table app.first partition of app.event for values from (minvalue, minvalue) to ('2026-01-10 09:00+00', '"
                        + Mill.id(2) + "') partition by list (status)",
                "create table app.success partition of app.first for values in ('success')",
                "create table app.others partition of app.first default",
                "create table app.rest partition of app.event default");
        Rollup usage = filled(mill, Mill.USAGE);
        assertThat(mill.rows("select name, is_source, lower_bound, upper_bound from state.rollup_watch order by 1"))
                .containsExactly(
                        "app.event|t|-infinity|infinity",
                        "app.first|f|-infinity|2026-01-10 09:00:00.000001+00",
                        "app.others|f|-infinity|2026-01-10 09:00:00.000001+00",
                        "app.rest|f|-infinity|infinity",
                        "app.success|f|-infinity|2026-01-10 09:00:00.000001+00");
        mill.event("2026-01-10 09:00:00+00", 1, 0, "success", 1, "1");
        mill.roll(usage);
        mill.sql(
                "alter table app.event detach partition app.first",
                "alter table app.first detach partition app.success");
        mill.roll(usage);
        assertThat(mill.usage("hour"))
                .as("an hour that others have events of is computed")
                .hasSize(5);
        mill.sql(
                "alter table app.first attach partition app.success for values in ('success')",
                "alter table app.event attach partition app.first for values from (minvalue, minvalue) to ('2026-01-10 09:00+00', '"
                        + Mill.id(2) + "')");
        mill.roll(usage);
        assertThat(mill.usage("hour")).hasSize(5);
        mill.sql(
                "alter table app.first disable trigger all",
                "delete from app.first",
                "alter table app.first enable trigger all");
        assertSettled(mill, usage);
        mill.event("2026-01-10 08:10:00+00", 1, 0, "success", 1, "1")
                .event("2026-01-10 08:10:00+00", 1, 0, "error", 1, "1");
        mill.roll(usage);
        List<String> sums = mill.usage("hour");
        mill.sql("alter table app.first detach partition app.success");
        mill.roll(usage);
        assertThat(mill.usage("hour"))
                .as("also where others have events of that hour")
                .isEqualTo(sums);
        mill.sql("drop table app.rest");
        mill.roll(usage);
        assertThat(mill.usage("hour")).isEqualTo(sums);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alter table app.event_0110 disable trigger all; delete from app.event_0110 where organization_id::text like '%3';"
                        + " insert into app.event_0110 (at, organization_id) select '2026-01-10 11:00+00', organization_id from app.event_0110;"
                        + " alter table app.event_0110 enable trigger all",
                "alter table app.event_0110 enable replica trigger rollup_truncate_usage; truncate app.event_0110;"
                        + " alter table app.event_0110 enable trigger rollup_truncate_usage",
                "drop trigger rollup_delete_usage on app.event_0110; delete from app.event_0110 where organization_id::text like '%3'",
                "drop trigger rollup_update_usage on app.event_0110; update app.event_0110 set at = '2026-01-10 22:00+00' where"
                        + " organization_id::text like '%3'",
                "drop trigger rollup_truncate_usage on app.event_0110; truncate app.event_0110",
                "alter table app.event disable trigger user; update app.event set at = at + interval '1 day' where at < '2026-01-11';"
                        + " delete from app.event where organization_id::text like '%4'; alter table app.event enable trigger user"
            })
    void events_that_changed_while_triggers_were_off_are_computed_when_they_are_on(String change, Mill mill) {
        Rollup usage = filled(mill, Mill.USAGE);
        mill.sql(change);
        assertThat(mill.wrong()).isNotEqualTo("0");
        assertSettled(mill, usage);
    }

    @Test
    void table_without_partitions_whose_triggers_were_off_is_computed_again(Mill mill) {
        mill.sql(
                "drop table app.event; create table app.event (event_id uuid default gen_random_uuid(), at timestamptz not null,"
                        + " organization_id uuid not null, model_id uuid, status text, prompt bigint, completion bigint, cost numeric(12,4))");
        Rollup usage = filled(mill, Mill.USAGE);
        mill.sql("alter table app.event disable trigger user; update app.event set at = at + interval '1 month';"
                + " alter table app.event enable trigger user");
        assertSettled(mill, usage);
        assertThat(mill.usage("hour")).hasSize(4).allMatch(line -> line.startsWith("02-1"));
    }

    @Test
    void truncation_by_a_transaction_that_sees_no_later_bucket_takes_these_away_too(Mill mill) throws Exception {
        Rollup usage = filled(mill, Mill.USAGE);
        try (Connection application = mill.connect();
                Statement statement = application.createStatement()) {
            statement.execute("begin isolation level repeatable read; select 1");
            mill.event("2026-01-11 20:00:00+00", 5, 0, "success", 1, "1");
            mill.roll(usage);
            assertThat(mill.usage("hour")).hasSize(5);
            statement.execute("truncate app.event_0111; commit");
        }
        Span day = new Span(Instant.parse("2026-01-11T00:00:00Z"), Instant.parse("2026-01-12T00:00:00Z"));
        assertThat(new Reconciliation(mill.site(), new PostgresDialect(), usage)
                        .run(day, true)
                        .differences())
                .hasSize(2)
                .allMatch(one -> one.kind() == Difference.Kind.PENDING);
        assertThat(RollupStatus.of(mill.site(), usage)).satisfies(status -> {
            assertThat(status.pending()).isEqualTo(4);
            assertThat(status.lag()).isPositive();
            assertThat(status.completeTo()).isEqualTo(Instant.parse("2026-01-10T08:00:00Z"));
        });
        assertSettled(mill, usage);
        assertThat(mill.usage("hour")).hasSize(3);
    }

    @Test
    void truncation_before_anything_was_computed_and_one_that_is_rolled_back_leave_nothing_wrong(Mill mill) {
        Rollup usage = mill.install(Mill.USAGE);
        mill.event("2026-01-10 08:15:00+00", 1, 1, "success", 10, "1").sql("truncate app.event");
        assertSettled(mill, usage);
        mill.event("2026-01-10 08:15:00+00", 1, 1, "success", 10, "1");
        mill.roll(usage);
        mill.sql("begin; truncate app.event; rollback");
        assertThat(mill.one(MARKS)).isEqualTo("0");
        assertSettled(mill, usage);
    }

    @Test
    void bucket_of_a_span_is_not_sealed_before_it_is_computed(Mill mill) {
        filled(mill, Mill.USAGE);
        Rollup usage = mill.read(Mill.USAGE + "    seal-after: 35d\n").get(0);
        rollAmid(mill, usage, "truncate app.event_0110");
        assertThat(mill.rows("select grain, bucket_start from state.rollup_interval where state = 'sealed'"))
                .isEmpty();
        assertSettled(mill, usage);
        assertThat(mill.one("select count(*) from state.rollup_interval where state = 'built'"))
                .isEqualTo("0");
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
    void script_of_a_later_rollup_hides_nothing_from_an_earlier_one_and_taking_it_back_forgets_it(Mill mill) {
        Rollup usage = filled(mill, Mill.USAGE);
        List<Rollup> later = mill.read(
                Mill.USAGE.replace("  usage:\n", "  later:\n").replace("target: app.usage", "target: app.later"));
        mill.sql(DETACH);
        mill.roll(usage);
        mill.sql(ATTACH, new StateScript(Mill.STATE, null).upOf(later));
        assertThat(mill.rows("select distinct rollup from state.rollup_dirty")).containsExactly("usage");
        assertSettled(mill, usage);
        mill.sql(new StateScript(Mill.STATE, null).downOf(later));
        assertThat(mill.rows("select distinct marker from state.rollup_watch")).containsExactly("mark_usage");
        mill.sql(new StateScript(Mill.STATE, null).upOf(later));
        assertThat(mill.rows("select distinct rollup from state.rollup_dirty")).isEmpty();
    }

    @Test
    void detached_partition_is_never_taken_for_the_table(Mill mill) {
        Rollup usage = filled(mill, Mill.USAGE);
        mill.sql(DETACH, "alter table app.event rename to usage_event; alter table app.usage_event rename to event");
        mill.roll(usage);
        assertThat(mill.rows("select name from state.rollup_watch where is_source"))
                .containsExactly("app.event");
        mill.event("2026-01-11 08:15:00+00", 1, 1, "success", 10, "1");
        mill.roll(usage);
        assertThat(mill.usage("hour")).hasSize(5).contains("01-11 08|1|1|1|10|0|1.0000");
        assertThat(mill.roll(usage).state()).isEqualTo(RollResult.State.IDLE);
    }

    @Test
    void partition_whose_rows_are_hidden_from_its_owner_is_computed_between_its_bounds_and_without_bounds_refused(
            Mill mill) {
        mill.sql("create role plain; grant create, usage on schema app to plain; grant create on database "
                + mill.one("select quote_ident(current_database())") + " to plain");
        try {
            mill.sql("alter table app.event owner to plain", "alter table app.event_0110 owner to plain");
            Rollup usage = filled(mill, Mill.USAGE);
            mill.sql(
                    "alter schema state owner to plain; grant usage on schema state to plain",
                    "do $$ declare r record; begin for r in select oid from pg_class where relnamespace = 'state'::regnamespace and relkind ="
                            + " 'r' loop execute 'alter table ' || r.oid::regclass || ' owner to plain'; end loop; for r in select oid from pg_proc"
                            + " where pronamespace = 'state'::regnamespace loop execute 'alter function ' || r.oid::regprocedure || ' owner to plain';"
                            + " end loop; end $$",
                    "alter table app.event_0110 enable row level security, force row level security");
            mill.sql(DETACH, "update app.event_0110 set prompt = 7");
            mill.roll(usage);
            mill.sql(ATTACH);
            assertSettled(mill, usage);
            mill.sql(
                    "create table app.odd partition of app.event default; alter table app.odd owner to plain; alter table app.odd enable row"
                            + " level security, force row level security",
                    "insert into app.odd (at, organization_id) values ('2026-02-01', '" + Mill.id(1) + "')");
            assertThatThrownBy(() -> mill.roll(usage))
                    .isInstanceOfSatisfying(
                            LockkeeperException.class,
                            e -> assertThat(e.problems().get(0)).satisfies(problem -> {
                                assertThat(problem.code()).isEqualTo(Code.ANALYTICS_STOPPED);
                                assertThat(problem.toString())
                                        .contains(
                                                "row security hides the events of app.odd",
                                                "no force row level security");
                            }));
            mill.sql("alter table app.odd no force row level security");
            assertSettled(mill, usage);
            mill.sql("alter table app.odd force row level security");
            mill.event("2026-02-01 08:15:00+00", 1, 1, "success", 10, "1");
            assertSettled(mill, usage);
        } finally {
            mill.sql("reassign owned by plain to current_user; drop owned by plain; drop role plain");
        }
    }

    @Test
    void labels_of_an_enumeration_that_change_places_while_marks_wait_are_followed(Mill mill) {
        mill.sql(
                "create type app.tier as enum ('a', 'b', 'c', 'd', 'e', 'f', 'g')",
                "create table app.call (at timestamptz not null, tier app.tier not null, n int not null)",
                "create table app.calls (bucket timestamptz not null, tier app.tier not null, n bigint not null, unique (bucket, tier))");
        Rollup calls = mill.install("""
                version: 1
                rollups:
                  calls:
                    source: app.call
                    time: at
                    grains: hour
                    dimensions: [tier]
                    partition-by: tier
                    measures: {n: {sum: n}}
                    target: app.calls
                    columns: {bucket: bucket}
                """);
        mill.sql("insert into app.call select '2026-01-10 08:00+00', t, 1 from unnest(enum_range(null::app.tier)) t");
        mill.roll(calls);
        mill.sql(
                "insert into app.call values ('2026-01-10 08:01+00', 'a', 10)",
                "alter type app.tier rename value 'a' to 'x'; alter type app.tier rename value 'b' to 'a'; alter type app.tier rename value"
                        + " 'x' to 'b'");
        assertThat(mill.roll(calls).problems()).isEmpty();
        assertThat(mill.rows("select tier, n from app.calls order by n desc, tier"))
                .startsWith("b|11", "a|1")
                .hasSize(7);
    }

    @Test
    void mark_of_a_part_that_its_type_does_not_take_any_more_has_the_bucket_computed_as_a_whole(Mill mill) {
        mill.sql(
                "create table app.call (at timestamptz not null, tier text not null, n int not null)",
                "create table app.calls (bucket timestamptz not null, tier text not null, n bigint not null, unique (bucket, tier))");
        String file = """
                version: 1
                rollups:
                  calls:
                    source: app.call
                    time: at
                    grains: hour
                    dimensions: [tier]
                    partition-by: tier
                    measures: {n: {sum: n}}
                    target: app.calls
                    columns: {bucket: bucket}
                """;
        Rollup calls = mill.install(file);
        mill.sql("insert into app.call select '2026-01-10 08:00+00', t, 1 from generate_series(1, 9) t");
        mill.roll(calls);
        mill.sql(
                "insert into app.call values ('2026-01-10 08:01+00', 'x', 10), ('2026-01-10 08:02+00', '70000', 1)",
                "update app.call set tier = '8' where tier = 'x'",
                "alter table app.call alter tier type smallint using least(tier::int, 10)::smallint",
                "alter table app.calls alter tier type smallint using tier::smallint");
        RollResult result = mill.roll(calls);
        assertThat(result.problems()).isEmpty();
        assertThat(result.tally().pairs()).isZero();
        assertThat(mill.rows("select tier, n from app.calls order by tier"))
                .endsWith("8|11", "9|1", "10|1")
                .hasSize(10);
    }

    @Test
    void partition_that_writers_keep_busy_is_told_and_the_others_are_watched(Mill mill) throws Exception {
        Rollup usage = filled(mill, Mill.USAGE);
        mill.sql(
                "create table app.event_0112 partition of app.event for values from ('2026-01-12 00:00+00') to ('2026-01-13 00:00+00')",
                "create table app.event_0113 partition of app.event for values from ('2026-01-13 00:00+00') to ('2026-01-14 00:00+00')",
                "insert into app.event_0112 (at, organization_id) values ('2026-01-12 05:00+00', '" + Mill.id(1) + "')",
                "insert into app.event_0113 (at, organization_id) values ('2026-01-13 05:00+00', '" + Mill.id(1)
                        + "')");
        assertThat(Fit.lacking(mill.site(), List.of(usage)))
                .extracting(Problem::message)
                .containsExactly(
                        "app.event_0112 has events and no triggers that mark them for usage",
                        "app.event_0113 has events and no triggers that mark them for usage");
        try (Connection writer = mill.connect();
                Statement statement = writer.createStatement()) {
            writer.setAutoCommit(false);
            statement.execute("insert into app.event_0112 (at, organization_id) values ('2026-01-12 06:00+00', '"
                    + Mill.id(1) + "')");
            RollResult result = mill.roll(usage);
            assertThat(result.state()).isEqualTo(RollResult.State.FAILED);
            assertThat(result.problems()).singleElement().satisfies(problem -> {
                assertThat(problem.code()).isEqualTo(Code.LOCK_NOT_AVAILABLE);
                assertThat(problem.message()).isEqualTo("events of app.event_0112 are not counted yet");
            });
            assertThat(mill.usage("hour"))
                    .contains("01-13 05|1|null|1|0|0|0.0000")
                    .hasSize(5);
            writer.commit();
        }
        assertSettled(mill, usage);
        assertThat(Fit.lacking(mill.site(), List.of(usage))).isEmpty();
    }

    @Test
    void events_without_a_time_that_come_with_a_partition_are_told_by_its_name(Mill mill) {
        Rollup usage = filled(mill, Mill.USAGE);
        mill.sql(
                "create table app.far partition of app.event for values from ('2030-01-01') to (maxvalue)",
                "insert into app.far (at, organization_id) values ('infinity', '" + Mill.id(1) + "')");
        assertThatThrownBy(() -> mill.roll(usage))
                .isInstanceOfSatisfying(
                        LockkeeperException.class,
                        e -> assertThat(e.problems().get(0).toString())
                                .contains(
                                        "an event of app.far has no time at which it can be counted",
                                        "its at is infinite"));
        mill.sql("delete from app.far");
        assertSettled(mill, usage);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "truncate app.usage",
                "alter table app.usage rename to usage_0; create table app.usage (like app.usage_0 including all)"
            })
    void target_that_is_empty_or_another_one_is_computed_anew(String change, Mill mill) {
        Rollup usage = filled(mill, Mill.USAGE);
        mill.sql(change);
        assertSettled(mill, usage);
        assertThat(mill.usage("hour")).hasSize(4);
        mill.sql("truncate app.event");
        assertSettled(mill, usage);
    }

    @Test
    void detachment_that_was_cut_off_and_finished_later_loses_no_event(Mill mill) throws Exception {
        Rollup usage = filled(mill, Mill.USAGE);
        try (Connection reader = mill.connect();
                Statement reading = reader.createStatement();
                Connection other = mill.connect();
                Statement detaching = other.createStatement()) {
            reader.setAutoCommit(false);
            reading.execute("select count(*) from app.event");
            detaching.execute("set lock_timeout = '100ms'");
            assertThatThrownBy(() -> detaching.execute(DETACH + " concurrently"))
                    .hasMessageContaining("lock timeout");
            reader.rollback();
        }
        assertThat(mill.one("select count(*) from pg_inherits where inhdetachpending"))
                .isEqualTo("1");
        mill.sql("insert into app.event_0110 (at, organization_id) values ('2026-01-10 05:00+00', '" + Mill.id(1)
                + "')");
        mill.roll(usage);
        assertThat(mill.usage("hour")).as("as they were").hasSize(4);
        mill.sql(DETACH + " finalize", ATTACH);
        assertSettled(mill, usage);
        assertThat(mill.usage("hour")).hasSize(5);
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
}
