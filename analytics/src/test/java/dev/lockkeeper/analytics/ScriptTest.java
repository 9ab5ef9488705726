package dev.lockkeeper.analytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.dialect.PostgresDialect;
import dev.lockkeeper.analytics.roll.RollResult;
import dev.lockkeeper.analytics.roll.Roller;
import dev.lockkeeper.analytics.state.Site;
import dev.lockkeeper.analytics.state.StateSchema;
import dev.lockkeeper.analytics.state.StateScript;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.problem.LockkeeperException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the printed migration brings, and what it refuses. */
@ExtendWith(Mill.Extension.class)
class ScriptTest {
    private static final String SIXTY_THREE = "é".repeat(31) + "x";

    @ParameterizedTest
    @CsvSource({
        "infinity, an event of no time cannot be counted: infinity",
        "-infinity, an event of no time cannot be counted: -infinity",
        "294276-12-31 23:59:59+00, an event of 294276-12-31 23:59:59+00 has not happened yet",
        "2026-01-01 00:00:00+00, an event of 2026-01-01 00:00:00+00 comes too late",
        "0044-03-15 12:00:00+00 BC, an event of 0044-03-15 12:00:00+00 BC comes too late"
    })
    void event_of_a_time_that_nobody_meant_is_refused_at_the_door(String time, String message, Mill mill) {
        mill.sql(
                "drop table app.event; create table app.event (event_id uuid default gen_random_uuid(), at timestamptz not null,"
                        + " organization_id uuid not null, model_id uuid, status text, prompt bigint, completion bigint, cost numeric(12,4))");
        mill.install(Mill.USAGE + "    bounds: {future: 10min, past: 90d}\n");
        mill.sql("insert into app.event (at, organization_id) values (now(), '" + Mill.id(1) + "')");
        assertThatThrownBy(() -> mill.sql("insert into app.event (at, organization_id) values (now(), '" + Mill.id(1)
                        + "'), ('" + time + "', '" + Mill.id(1) + "')"))
                .hasMessageContaining(message);
        assertThat(mill.one("select count(*) from app.event")).isEqualTo("1");
    }

    @ParameterizedTest
    @CsvSource({"294276-12-31 23:59:59.999999+00", "294276-12-31 00:00:00+00"})
    void event_of_the_day_that_never_ends_is_refused_and_can_be_deleted_where_it_was_before(String time, Mill mill) {
        mill.sql("create table app.ever partition of app.event default");
        String insert = "insert into app.event (at, organization_id) values ('" + time + "', '" + Mill.id(1) + "')";
        mill.sql(insert);
        Rollup usage = mill.install(Mill.USAGE);
        assertThatThrownBy(() -> mill.sql(insert)).hasMessageContaining("is in a bucket that never ends");
        mill.event("294276-12-30 23:59:59.999999+00", 1, 1, "success", 1, "1");
        mill.sql("delete from app.event where at >= '294276-12-31+00'");
        assertThat(mill.roll(usage).problems()).isEmpty();
        assertThat(mill.wrong()).isEqualTo("0");
        assertThat(mill.one("select count(*) from state.rollup_dirty")).isEqualTo("0");
    }

    @ParameterizedTest
    @CsvSource({"0044-03-15 12:00:00+00 BC", "12026-01-01 00:30:00+00", "1969-12-31 23:30:00+00"})
    void event_of_any_time_is_counted_where_no_bounds_are_said(String time, Mill mill) {
        mill.sql(
                "drop table app.event; create table app.event (event_id uuid default gen_random_uuid(), at timestamptz not null,"
                        + " organization_id uuid not null, model_id uuid, status text, prompt bigint, completion bigint, cost numeric(12,4))");
        Rollup usage = mill.install(Mill.USAGE);
        mill.sql("insert into app.event (at, organization_id) values ('" + time + "', '" + Mill.id(1) + "')");
        assertThat(mill.roll(usage).state()).isEqualTo(RollResult.State.DONE);
        assertThat(mill.wrong()).isEqualTo("0");
        assertThat(mill.rows("select grain, bucket = date_trunc(grain, '" + time
                        + "'::timestamptz, 'UTC') from app.usage order by 1 desc"))
                .containsExactly("hour|t", "day|t");
    }

    @Test
    void names_with_quotes_emoji_and_63_bytes_are_names(Mill mill) {
        String table = "e'v\"e$mark$nt🚀";
        String time = "a't %s \"$all$ \\";
        StateSchema state = new StateSchema("st'a\"te🚀$watch$");
        mill.sql(
                "create schema \"my.app\"",
                "create table \"my.app\".\"e'v\"\"e$mark$nt🚀\" (\"a't %s \"\"$all$ \\\" timestamptz not null, \""
                        + SIXTY_THREE + "\" text) partition by range (\"a't %s \"\"$all$ \\\")",
                "create table \"my.app\".\"pa'rt\"\"🚀\" partition of \"my.app\".\"e'v\"\"e$mark$nt🚀\" for values from ('2026-01-01') to"
                        + " ('2026-02-01')",
                "create table \"my.app\".\"su:m\" (\"b:from\" timestamptz not null, \"" + SIXTY_THREE
                        + "\" text, \"n'\"\"\" bigint not null," + " unique nulls not distinct (\"b:from\", \""
                        + SIXTY_THREE + "\"))");
        String name = "ü".repeat(63);
        List<Rollup> rollups = mill.read("""
                version: 1
                rollups:
                  %s:
                    source: '"my.app"."%s"'
                    time: "%s"
                    grains: hour
                    dimensions: ["%s"]
                    partition-by: "%s"
                    measures: {"n'\\"": count}
                    target: '"my.app".su:m'
                    columns: {bucket: "b:from"}
                    checks: {same: {equals-raw: all, blocking: true}, own: {sql: "select count(*) where :from < :to", fail: "> 1"}}
                """.formatted(
                        name,
                        table.replace("'", "''").replace("\"", "\"\""),
                        time.replace("\\", "\\\\").replace("\"", "\\\""),
                        SIXTY_THREE,
                        SIXTY_THREE));
        StateScript script = new StateScript(state, null);
        mill.sql(script.up(rollups));
        assertThat(dev.lockkeeper.analytics.judge.Judgement.of(
                        rollups, dev.lockkeeper.catalog.model.ModelReader.read(mill.session()), state))
                .isEmpty();
        mill.sql(
                "insert into \"my.app\".\"e'v\"\"e$mark$nt🚀\" values ('2026-01-05 10:10+00', e'it''s \\\\ \"🚀\"'), ('2026-01-05 10:10+00',"
                        + " null), ('2026-01-05 10:10+00', '')");
        mill.sql("insert into \"my.app\".\"pa'rt\"\"🚀\" values ('2026-01-05 11:10+00', 'x')");
        Roller roller = new Roller(
                new Site(mill.session(), state, null), new PostgresDialect(), Mill.FAST, "test", () -> false);
        assertThat(roller.run(rollups.get(0), "test").state()).isEqualTo(RollResult.State.DONE);
        mill.sql("insert into \"my.app\".\"e'v\"\"e$mark$nt🚀\" values ('2026-01-05 10:11+00', e'it''s \\\\ \"🚀\"')");
        assertThat(roller.run(rollups.get(0), "test").tally().pairs()).isEqualTo(1);
        assertThat(mill.rows("select * from \"my.app\".\"su:m\" order by 1, 3, 2"))
                .containsExactly(
                        "2026-01-05 10:00:00+00||1",
                        "2026-01-05 10:00:00+00|null|1",
                        "2026-01-05 10:00:00+00|it's \\ \"🚀\"|2",
                        "2026-01-05 11:00:00+00|x|1");
        mill.sql(script.down(rollups));
        assertThat(mill.rows("select tgname from pg_trigger where not tgisinternal"))
                .isEmpty();
    }

    @Test
    @Tag("ANA-02")
    void plain_roles_write_events_and_a_role_that_sees_all_computes_where_rows_are_hidden(Mill mill) {
        mill.sql(
                "do $$ begin if to_regrole('tenant') is null then create role tenant login; create role keeper login; end if; end $$");
        mill.sql("alter table app.event enable row level security; alter table app.event force row level security");
        mill.sql("create policy own on app.event to tenant using (organization_id = '" + Mill.id(1) + "')");
        mill.sql("create policy \"all\" on app.event to keeper using (current_user = 'keeper')");
        mill.sql(
                "grant usage on schema app to tenant, keeper; grant select, insert on app.event to tenant; grant select on app.event to keeper;"
                        + " grant select, insert, update, delete on app.usage to keeper");
        List<Rollup> rollups = mill.read(Mill.USAGE);
        mill.sql(new StateScript(Mill.STATE, "keeper").up(rollups));
        mill.sql(
                "set local role tenant; set local row_security = on; insert into app.event (at, organization_id) values ('2026-01-10"
                        + " 08:00+00', '" + Mill.id(1) + "')");
        mill.sql("insert into app.event (at, organization_id) values ('2026-01-10 08:00+00', '" + Mill.id(2) + "')");
        Session session = mill.open();
        session.execute("set session authorization tenant");
        assertThatThrownBy(() -> new Roller(
                                new Site(session, Mill.STATE, null),
                                new PostgresDialect(),
                                Mill.FAST,
                                "test",
                                () -> false)
                        .run(rollups.get(0), "test"))
                .isInstanceOf(LockkeeperException.class);
        RollResult result = new Roller(
                        new Site(mill.session(), Mill.STATE, "keeper"),
                        new PostgresDialect(),
                        Mill.FAST,
                        "test",
                        () -> false)
                .run(rollups.get(0), "test");
        assertThat(result.problems()).isEmpty();
        assertThat(mill.usage("hour")).hasSize(2);
    }

    @Test
    void rollup_that_comes_later_brings_its_marks_alone_and_takes_them_back(Mill mill) {
        mill.install(Mill.USAGE);
        mill.sql("create table app.calls (bucket timestamptz primary key, n bigint not null)");
        List<Rollup> rollups = mill.read("""
                version: 1
                rollups:
                  calls:
                    source: app.event
                    time: at
                    grains: day
                    measures: {n: count}
                    target: app.calls
                    columns: {bucket: bucket}
                """);
        StateScript script = new StateScript(Mill.STATE, null);
        mill.sql(script.upOf(rollups));
        assertThat(mill.judged(rollups)).isEmpty();
        mill.event("2026-01-10 08:01+00", 1, 1, "success", 1, "1")
                .event("2026-01-10 09:01+00", 2, 1, "success", 1, "1");
        mill.roll(rollups.get(0));
        assertThat(mill.rows("select bucket, n from app.calls")).containsExactly("2026-01-10 00:00:00+00|2");
        mill.sql("delete from app.event");
        mill.roll(rollups.get(0));
        assertThat(mill.rows("select 1 from app.calls")).isEmpty();
        mill.sql(script.downOf(rollups));
        assertThat(mill.rows("select distinct split_part(tgname, '_', 3) from pg_trigger where not tgisinternal"))
                .containsExactly("usage");
    }
}
