package dev.lockkeeper.analytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.dialect.PostgresDialect;
import dev.lockkeeper.analytics.judge.Fit;
import dev.lockkeeper.analytics.judge.Judgement;
import dev.lockkeeper.analytics.roll.Roller;
import dev.lockkeeper.analytics.state.Site;
import dev.lockkeeper.analytics.state.StateScript;
import dev.lockkeeper.catalog.model.ModelReader;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(Mill.Extension.class)
class JudgementTest {
    private static final String ODD = """
            version: 1
            rollups:
              odd:
                source: app.odd
                time: at
                grains: hour
                dimensions: [name]
                measures: {n: count}
                target: app.sum
                columns: {bucket: bucket}
            """;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "alter table app.event rename status to state | 12:26 app.event has no column status",
                "alter table app.event alter prompt type double precision | 11:7 app.event.prompt is of type double precision and cannot be added up exactly",
                "alter table app.usage alter cost type real | 13:7 app.usage.cost is of type real and cannot hold an exact sum",
                "alter table app.usage alter cost type numeric(14,2) | 13:7 app.usage.cost is of type numeric(14,2) and has fewer decimals than the sum, which has 4",
                "alter table app.usage alter tokens type numeric(20,0) | ",
                "alter table app.usage alter model_id type text | 7:17 app.usage.model_id is of type text, and app.event.model_id is of type uuid",
                "alter table app.usage alter model_id set not null | 7:17 app.usage.model_id is NOT NULL, and app.event.model_id is not",
                "alter table app.usage add column more int not null | 14:13 app.usage.more must have a value, and the rollup gives it none",
                "alter table app.usage drop column requests, add column requests bigint generated always as (1) stored | 14:13 app.usage.requests gets its value from the server alone",
                "alter table app.usage drop constraint usage_grain_bucket_organization_id_model_id_key, add unique (grain, bucket, organization_id, model_id) | 14:13 app.usage has no key by which the rows of a rollup are told apart",
                "alter table app.usage drop constraint usage_grain_bucket_organization_id_model_id_key; create unique index on app.usage (bucket, model_id, grain, organization_id) nulls not distinct | ",
                "alter table app.usage drop constraint usage_grain_bucket_organization_id_model_id_key; create unique index on app.usage (bucket, model_id, grain, organization_id) nulls not distinct where tokens > 0 | 14:13 app.usage has no key by which the rows of a rollup are told apart",
                "alter table app.event disable trigger rollup_delete_usage | 4:13 app.event has no trigger that marks what changes for usage",
                "drop table state.dq_result | null the schema state has no dq_result",
                "drop table app.usage; create view app.usage as select 1 as one | 14:13 app.usage is a view, and no table",
                "alter table app.event_0110 disable trigger all | 4:13 app.event_0110 has triggers that do not fire when it changes, for usage",
                "alter table app.event_0110 enable replica trigger rollup_delete_usage | 4:13 app.event_0110 has triggers that do not fire when it changes, for usage",
                "alter table app.event enable replica trigger rollup_truncate_usage | 4:13 app.event has no trigger that marks what changes for usage",
                "alter table app.event enable always trigger rollup_truncate_usage; alter table app.event_0110 enable always trigger rollup_insert_usage | ",
                "alter table app.usage alter requests type numeric(10,-1) | 10:7 app.usage.requests is of type numeric(10,-1) and has fewer decimals than the count, which has 0",
                "alter table app.usage alter errors type numeric(2,2) | 12:7 app.usage.errors is of type numeric(2,2) and has 0 digits before the point, too few for any count",
                "alter table app.usage alter cost type numeric(10,4) | 13:7 app.usage.cost is of type numeric(10,4) and has 6 digits before the point, too few for a single event",
                "create domain app.tens as numeric(12,-1); alter table app.usage alter tokens type app.tens | 11:7 app.usage.tokens is of type app.tens and has fewer decimals than the sum, which has 0",
                "alter table app.usage alter requests type numeric(10,0), alter cost type numeric(30,10) | ",
                "alter table app.usage alter tokens type integer | 11:7 app.usage.tokens is of type integer and may have no room for a single event",
                "alter table app.usage alter grain type varchar(3) | 15:22 app.usage.grain is of type character varying(3) and cannot say hour",
                "create type app.word as enum ('hour', 'week'); alter table app.usage alter grain type app.word using grain::app.word | 15:22 app.usage.grain is of type app.word and cannot say day",
                "create trigger more before insert or update on app.usage for each row execute function suppress_redundant_updates_trigger() | 14:13 trigger more of app.usage may change what is written",
                "create trigger \"m BEFORE e\" before update of cost on app.usage for each row execute function suppress_redundant_updates_trigger() | 14:13 trigger m BEFORE e of app.usage may change what is written",
                "create trigger fine after insert on app.usage for each row execute function suppress_redundant_updates_trigger() | ",
                "create rule swallow as on delete to app.usage do instead nothing | 14:13 rule swallow of app.usage may change what is written",
                "alter table app.usage set unlogged | 14:13 app.usage is unlogged",
                "alter table app.event rename to events | 4:13 there is no table app.event for the events",
                "create domain app.price as numeric(12,4) check (value >= 0); alter table app.event alter cost type app.price | ",
                "create domain app.one as uuid; create domain app.two as app.one; alter table app.event alter model_id type app.two; alter table app.usage alter model_id type app.one | ",
                "create type app.mood as enum ('a'); create domain app.moody as app.mood; alter table app.event alter model_id type app.moody using null; alter table app.usage alter model_id type app.moody using null | 7:17 app.event.model_id is of type app.moody, a domain over an enumeration",
                "alter table app.event alter model_id type uuid[] using null | 7:17 app.event.model_id is of type uuid[] and cannot be a dimension",
                "create type app.pair as (a int); alter table app.event alter model_id type app.pair using null | 7:17 app.event.model_id is of type app.pair and cannot be a dimension",
                "alter table app.event alter model_id type json using null | 7:17 app.event.model_id is of type json and cannot be a dimension",
                "alter table app.event alter model_id type jsonb using null | 7:17 app.event.model_id is of type jsonb and cannot be a dimension",
                "alter table app.event alter model_id type point using null | 7:17 app.event.model_id is of type point and cannot be a dimension",
                "alter table app.event alter model_id type int4range using null | 7:17 app.event.model_id is of type int4range and cannot be a dimension",
                "create collation app.blind (provider = icu, locale = 'und-u-ks-level2', deterministic = false); alter table app.event alter model_id type text; alter table app.usage alter model_id type text collate app.blind | 7:17 app.usage.model_id is of type text and has the collation app.blind",
                "alter table app.event alter model_id type text collate \"C\"; alter table app.usage alter model_id type text collate \"POSIX\" | 7:17 app.usage.model_id has the collation pg_catalog.\"POSIX\", and app.event.model_id the collation pg_catalog.\"C\"",
                "alter table app.event alter model_id type text collate \"C\"; alter table app.usage alter model_id type text | ",
                "create type app.color as enum ('red'); alter table app.event alter status drop default, alter status type app.color using 'red' | 12:26 app.event.status is of type app.color and is not compared with error"
            })
    void what_does_not_fit_the_tables_is_told_with_its_place(String change, String told, Mill mill) {
        Rollup usage = mill.install(Mill.USAGE);
        assertThat(mill.judged(List.of(usage))).isEmpty();
        mill.sql(change);
        List<String> problems = mill.judged(List.of(usage)).stream()
                .map(one -> String.valueOf(one.place()).replaceFirst(".*usage.yaml:", "") + " " + one.message())
                .toList();
        if (told == null) {
            assertThat(problems).isEmpty();
        } else {
            assertThat(problems).contains(told.strip());
        }
    }

    @Test
    void time_that_is_no_instant_and_dimensions_that_have_no_one_text_are_refused(Mill mill) {
        mill.sql(
                "create table app.odd (at timestamp, late timestamptz, price numeric, day date, name text collate \"de-x-icu\","
                        + " place point, cost numeric(10,2))");
        List<Problem> problems = mill.judged(mill.read("""
                version: 1
                rollups:
                  odd:
                    source: app.odd
                    time: at
                    grains: hour
                    dimensions: [day, name, place, price]
                    partition-by: day
                    measures: {n: count, total: {sum: price}}
                    target: app.usage
                    columns: {bucket: bucket}
                """));
        assertThat(problems)
                .extracting(Problem::message)
                .contains(
                        "app.odd.at is of type timestamp without time zone, which is no instant",
                        "app.odd.name is of type text and has the collation pg_catalog.\"de-x-icu\"",
                        "app.odd.place is of type point and cannot be a dimension",
                        "app.odd.price is of type numeric and cannot be a dimension",
                        "app.odd.day is of type date and cannot part a bucket",
                        "app.usage has no column n");
        assertThat(mill.judged(
                        mill.read(Mill.USAGE.replace("app.event", "app.odd").replace("time: at", "time: late"))))
                .extracting(Problem::message)
                .contains("app.odd.late may be null, and an event of no time is in no bucket");
    }

    @Test
    void marks_of_another_definition_and_marks_for_nobody_are_told(Mill mill) {
        mill.install(Mill.USAGE);
        List<Rollup> other = mill.read(Mill.USAGE.replace("partition-by: organization_id", "partition-by: model_id"));
        assertThat(mill.judged(other))
                .singleElement()
                .extracting(Problem::message)
                .isEqualTo("the marks of rollup usage are those of another definition");
        assertThat(Judgement.strays(other, ModelReader.read(mill.session()), Mill.STATE))
                .isEmpty();
        assertThat(Judgement.strays(List.of(), ModelReader.read(mill.session()), Mill.STATE))
                .singleElement()
                .extracting(Problem::message)
                .isEqualTo("events of app.event leave marks for a rollup that no file defines");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "collate \"C\" | |",
                "| collate \"C\" |",
                "collate \"C\" | collate \"C\" |",
                "collate \"C\" | collate \"POSIX\" | app.sum.name has the collation pg_catalog.\"POSIX\", and app.odd.name the collation pg_catalog.\"C\"",
                "| collate \"en-x-icu\" | app.sum.name is of type text and has the collation pg_catalog.\"en-x-icu\"",
                "| collate app.\"C\" | app.sum.name is of type text and has the collation app.\"C\"",
                "collate app.\"C\" | | app.odd.name is of type text and has the collation app.\"C\"",
            })
    void texts_of_both_sides_are_grouped_together_or_refused(
            @Nullable String source, @Nullable String target, @Nullable String told, Mill mill) {
        String name = "name text ";
        mill.sql(
                "create collation app.\"C\" (provider = icu, locale = 'und-u-ks-level2', deterministic = false)",
                "create table app.odd (at timestamptz not null, " + name + (source == null ? "" : source) + ")",
                "create table app.sum (bucket timestamptz, " + name + (target == null ? "" : target)
                        + ", n bigint not null, unique nulls not distinct (bucket, name))");
        Rollup odd = mill.install(ODD);
        if (told != null) {
            assertThat(mill.judged(List.of(odd))).extracting(Problem::message).contains(told);
            return;
        }
        assertThat(mill.judged(List.of(odd))).isEmpty();
        mill.sql("insert into app.odd values ('2026-01-10', 'a'), ('2026-01-10', 'A')");
        assertThat(mill.roll(odd).problems()).isEmpty();
        mill.sql("insert into app.odd values ('2026-01-10', 'a')");
        assertThat(mill.roll(odd).problems()).isEmpty();
        assertThat(mill.rows("select name, n from app.sum order by n")).containsExactly("A|1", "a|2");
    }

    @Test
    void collation_of_a_domain_and_room_for_texts_are_looked_at(Mill mill) {
        mill.sql(
                "create domain app.ours as text collate \"POSIX\"; create domain app.mine as app.ours",
                "create table app.odd (at timestamptz not null, name app.mine)",
                "create table app.sum (bucket timestamptz, name text collate \"C\", n bigint, unique nulls not distinct (bucket, name))");
        Rollup odd = mill.install(ODD);
        assertThat(mill.judged(List.of(odd)))
                .extracting(Problem::message)
                .containsExactly(
                        "app.sum.name has the collation pg_catalog.\"C\", and app.odd.name the collation pg_catalog.\"POSIX\"");
        mill.sql(
                "alter table app.sum alter name type varchar(3) collate \"default\", add unique nulls not distinct (bucket, name)");
        mill.sql("alter table app.odd alter name type varchar(10)");
        assertThat(mill.judged(List.of(odd)))
                .extracting(Problem::message)
                .containsExactly(
                        "app.sum.name is of type character varying(3) and has no room for what app.odd.name is of type"
                                + " character varying(10)");
    }

    @Test
    void value_that_is_generated_when_it_is_read_is_no_time_and_parts_no_bucket(Mill mill) {
        assumeThat(Integer.getInteger("lockkeeper.postgres", 18)).isEqualTo(18);
        mill.sql(
                "create table app.odd (seen timestamptz not null, at timestamptz generated always as (seen) virtual not null,"
                        + " id int, name int generated always as (id % 5) virtual)",
                "create table app.sum (bucket timestamptz, name int, n bigint, unique nulls not distinct (bucket, name))");
        List<Rollup> rollups = mill.read(ODD + "    partition-by: name\n");
        assertThat(mill.judged(rollups))
                .filteredOn(one -> one.message().contains("generated"))
                .extracting(one -> String.valueOf(one.place()).replaceFirst(".*usage.yaml:", "") + " " + one.message())
                .containsExactly(
                        "5:11 app.odd.at is generated when it is read",
                        "11:19 app.odd.name is generated when it is read");
        Rollup odd = mill.install(ODD.replace("time: at", "time: seen"));
        assertThat(mill.judged(List.of(odd))).isEmpty();
        mill.sql("insert into app.odd values ('2026-01-10', default, 7)");
        assertThat(mill.roll(odd).problems()).isEmpty();
        assertThat(mill.rows("select name, n from app.sum")).containsExactly("2|1");
    }

    @Test
    void events_that_come_by_replication_or_have_no_time_since_long_are_refused_by_name(Mill mill) {
        Rollup usage = mill.install(Mill.USAGE);
        mill.sql("create subscription taken connection 'host=nowhere dbname=x' publication p with (connect = false)");
        try {
            mill.sql(
                    "insert into pg_subscription_rel (srsubid, srrelid, srsubstate) select oid, 'app.event_0110'::regclass, 'r' from"
                            + " pg_subscription where subname = 'taken'");
            assertThat(mill.judged(List.of(usage)))
                    .extracting(Problem::message)
                    .containsExactly("app.event_0110 is filled by logical replication");
        } finally {
            mill.sql("alter subscription taken set (slot_name = none); drop subscription taken");
        }
        assumeThat(Integer.getInteger("lockkeeper.postgres", 18)).isEqualTo(18);
        mill.sql(
                "create table app.odd (at timestamptz, name text); insert into app.odd values (null, 'a')",
                "alter table app.odd add constraint \"n'1\" not null at not valid",
                "create table app.sum (bucket timestamptz, name text, n bigint, unique nulls not distinct (bucket, name))");
        Rollup odd = mill.read(ODD).get(0);
        mill.sql(new StateScript(Mill.STATE, null).upOf(List.of(odd)));
        assertThat(mill.judged(List.of(odd)))
                .extracting(Problem::message)
                .containsExactly(
                        "app.odd.at may be null in rows that were there before, and an event of no time is in no bucket");
    }

    @Test
    void trigger_that_is_missing_and_one_that_is_off_are_mended_by_what_is_told(Mill mill) {
        Rollup usage = mill.install(Mill.USAGE);
        mill.sql("alter table app.event disable trigger user");
        String help = String.valueOf(mill.judged(List.of(usage)).get(0).help());
        mill.sql(help.substring(help.indexOf("alter table")));
        assertThat(mill.judged(List.of(usage))).isEmpty();
        mill.sql("alter table app.event_0110 disable trigger user, enable replica trigger rollup_delete_usage");
        help = String.valueOf(mill.judged(List.of(usage)).get(0).help());
        mill.sql(help.substring(help.indexOf("alter table")));
        assertThat(mill.judged(List.of(usage))).isEmpty();
        mill.sql("drop trigger rollup_delete_usage on app.event");
        Problem missing = mill.judged(List.of(usage)).get(0);
        assertThat(missing.why()).isEqualTo("missing: rollup_delete_usage");
        assertThat(missing.help())
                .isEqualTo(
                        "make a migration of what is printed by: lockkeeper analytics script --down usage, and by: lockkeeper"
                                + " analytics script usage; then have all of it computed: lockkeeper analytics backfill usage");
        StateScript script = new StateScript(Mill.STATE, null);
        mill.sql(script.downOf(List.of(usage)), script.upOf(List.of(usage)));
        assertThat(mill.judged(List.of(usage))).isEmpty();
        mill.sql(script.downOf(List.of(usage)));
        assertThat(mill.judged(List.of(usage)).get(0).help())
                .isEqualTo("make a migration of what is printed by: lockkeeper analytics script usage");
    }

    @Test
    void role_that_sees_some_rows_only_is_refused_before_it_takes_the_others_for_gone(Mill mill) {
        mill.sql(
                "create role some_rows; grant usage on schema app to some_rows; grant select on app.event to some_rows; grant select,"
                        + " insert, update, delete on app.usage to some_rows");
        try {
            List<Rollup> rollups = mill.read(Mill.USAGE);
            mill.sql(new StateScript(Mill.STATE, "some_rows").up(rollups));
            Site site = new Site(mill.session(), Mill.STATE, "some_rows");
            Roller roller = new Roller(site, new PostgresDialect(), Mill.FAST, "test", () -> false);
            mill.event("2026-01-10 08:15:00+00", 1, 1, "success", 10, "1")
                    .event("2026-01-10 08:15:00+00", 2, 1, "success", 10, "1");
            assertThat(roller.run(rollups.get(0), "test").problems()).isEmpty();
            mill.sql("alter table app.event enable row level security");
            assertBlind(mill, site, rollups, "role some_rows may not see every row of app.event");
            mill.sql("create policy p on app.event using (organization_id = '" + Mill.id(1) + "')");
            assertBlind(mill, site, rollups, "role some_rows may not see every row of app.event");
            mill.sql("create policy q on app.event to some_rows using (event is not null)");
            assertBlind(mill, site, rollups, "role some_rows may not see every row of app.event");
            mill.sql(
                    "drop policy q on app.event; create policy q on app.event for select to some_rows using (current_user = 'some_rows')");
            assertThat(Fit.of(site, rollups, ModelReader.read(mill.session()))).isEmpty();
            mill.sql("create policy \"r'1\" on app.event as restrictive using (status = 'x')");
            assertBlind(mill, site, rollups, "role some_rows may not see every row of app.event");
            mill.sql(
                    "drop policy \"r'1\" on app.event; alter table app.usage enable row level security; create policy s on app.usage for"
                            + " select using (true); create policy w on app.usage for update using (requests > 0)");
            assertBlind(
                    mill,
                    site,
                    rollups,
                    "role some_rows may not update every row of app.usage",
                    "role some_rows may not delete every row of app.usage");
            mill.sql("create policy a on app.usage using (1 = 1)");
            assertThat(Fit.of(site, rollups, ModelReader.read(mill.session()))).isEmpty();
            mill.event("2026-01-10 08:15:00+00", 3, 1, "success", 10, "1");
            assertThat(roller.run(rollups.get(0), "test").problems()).isEmpty();
            assertThat(mill.usage("hour")).hasSize(3);
        } finally {
            mill.sql("drop owned by some_rows; drop role some_rows");
        }
    }

    private static void assertBlind(Mill mill, Site site, List<Rollup> rollups, String... messages) {
        assertThat(Fit.of(site, rollups, ModelReader.read(mill.session())))
                .extracting(Problem::message)
                .containsExactly(messages);
        int before = mill.usage("hour").size();
        mill.sql("update app.event set prompt = prompt + 1");
        assertThatThrownBy(() -> new Roller(site, new PostgresDialect(), Mill.FAST, "test", () -> false)
                        .run(rollups.get(0), "test"))
                .isInstanceOf(LockkeeperException.class);
        assertThat(mill.usage("hour")).hasSize(before);
    }

    @Test
    void privileges_that_computing_needs_are_looked_at_without_using_them(Mill mill) {
        mill.sql("create role \"no'rights\"");
        try {
            List<Rollup> rollups = mill.read(Mill.USAGE);
            mill.sql(new StateScript(Mill.STATE, null).up(rollups));
            Site site = new Site(mill.session(), Mill.STATE, "no'rights");
            assertThat(Fit.lacking(site, rollups))
                    .extracting(one -> one.message() + ": " + one.why())
                    .contains(
                            "role no'rights lacks privileges on app.event: missing: USAGE on its schema, SELECT",
                            "role no'rights lacks privileges on app.usage: missing: USAGE on its schema, SELECT, INSERT, UPDATE, DELETE",
                            "role no'rights lacks privileges on state.rollup_dirty_span: missing: USAGE on its schema, SELECT, DELETE")
                    .hasSize(11);
            Fit.lacking(site, rollups).forEach(one -> mill.sql(String.valueOf(one.help())));
            assertThat(Fit.lacking(site, rollups)).isEmpty();
            mill.sql(
                    "revoke select on app.event from \"no'rights\"; grant select (at, organization_id, model_id, prompt, completion, cost,"
                            + " status) on app.event to \"no'rights\"");
            assertThat(Fit.lacking(site, rollups)).isEmpty();
        } finally {
            mill.sql("drop owned by \"no'rights\"; drop role \"no'rights\"");
        }
    }

    @Test
    void table_that_inherits_from_the_events_is_refused(Mill mill) {
        mill.sql(
                "drop table app.event; create table app.event (event_id uuid, at timestamptz not null, organization_id uuid not null,"
                        + " model_id uuid, status text, prompt bigint, completion bigint, cost numeric(12,4))");
        Rollup usage = mill.install(Mill.USAGE);
        assertThat(mill.judged(List.of(usage))).isEmpty();
        mill.sql("create table app.heir () inherits (app.event)");
        assertThat(mill.judged(List.of(usage)))
                .singleElement()
                .extracting(Problem::message)
                .isEqualTo("app.heir inherits from app.event");
    }

    @Test
    void partition_that_is_a_foreign_table_is_refused_by_name(Mill mill) {
        Rollup usage = mill.install(Mill.USAGE);
        assertThat(mill.judged(List.of(usage))).isEmpty();
        mill.sql(
                "alter table app.event drop constraint event_pkey",
                "create foreign data wrapper nothing",
                "create server elsewhere foreign data wrapper nothing",
                "create foreign table app.\"far \"\"away\"\" 🚀\" partition of app.event for values from ('2025-01-10') to ('2025-01-11')"
                        + " server elsewhere");
        assertThat(mill.judged(List.of(usage))).singleElement().satisfies(problem -> {
            assertThat(problem.message()).isEqualTo("partition app.far \"away\" 🚀 of app.event is a foreign table");
            assertThat(String.valueOf(problem.place())).endsWith("usage.yaml:4:13");
        });
    }
}
