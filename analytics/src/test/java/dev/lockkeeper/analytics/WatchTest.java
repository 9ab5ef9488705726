package dev.lockkeeper.analytics;

import static dev.lockkeeper.analytics.Watched.ATTACH;
import static dev.lockkeeper.analytics.Watched.DETACH;
import static dev.lockkeeper.analytics.Watched.assertSettled;
import static dev.lockkeeper.analytics.Watched.filled;
import static dev.lockkeeper.analytics.Watched.rollAmid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.judge.Fit;
import dev.lockkeeper.analytics.roll.RollResult;
import dev.lockkeeper.analytics.state.StateScript;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Events that come and change past the triggers of their table. */
@Tag("ANA-02")
@ExtendWith(Mill.Extension.class)
class WatchTest {
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
}
