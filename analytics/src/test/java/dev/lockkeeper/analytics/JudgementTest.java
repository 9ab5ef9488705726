package dev.lockkeeper.analytics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.judge.ForeignPartitions;
import dev.lockkeeper.analytics.judge.Judgement;
import dev.lockkeeper.catalog.model.ModelReader;
import dev.lockkeeper.problem.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(Mill.Extension.class)
class JudgementTest {
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
                "create collation app.blind (provider = icu, locale = 'und-u-ks-level2', deterministic = false); alter table app.event alter model_id type text; alter table app.usage alter model_id type text collate app.blind | 7:17 app.usage.model_id has the collation app.blind",
                "alter table app.event alter model_id type text collate \"C\"; alter table app.usage alter model_id type text collate \"POSIX\" | 7:17 app.usage.model_id has the collation pg_catalog.\"POSIX\", and app.event.model_id pg_catalog.\"C\"",
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
        assertThat(ForeignPartitions.of(mill.session(), List.of(usage))).isEmpty();
        mill.sql(
                "alter table app.event drop constraint event_pkey",
                "create foreign data wrapper nothing",
                "create server elsewhere foreign data wrapper nothing",
                "create foreign table app.\"far \"\"away\"\" 🚀\" partition of app.event for values from ('2025-01-10') to ('2025-01-11')"
                        + " server elsewhere");
        assertThat(ForeignPartitions.of(mill.session(), List.of(usage)))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.message())
                            .isEqualTo("partition app.far \"away\" 🚀 of app.event is a foreign table");
                    assertThat(String.valueOf(problem.place())).endsWith("usage.yaml:4:13");
                });
        assertThat(ForeignPartitions.of(mill.session(), mill.read(Mill.USAGE.replace("app.event", "app.nothing"))))
                .isEmpty();
    }
}
