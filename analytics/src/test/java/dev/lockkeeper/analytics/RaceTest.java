package dev.lockkeeper.analytics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.analytics.definition.Rollup;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A transaction that has written and commits late, beside ways to find out what has changed. The ones that other tools have lose its event, each
 * for a reason of its own; they stand here so that this test is known to tell.
 */
@Tag("ANA-02")
@ExtendWith(Mill.Extension.class)
class RaceTest {
    /** A way to find out what has changed since the last time, and to compute it. */
    interface Way {
        void roll() throws SQLException;
    }

    /** Computes the hours and organizations that a query names as {@code b} and {@code o}; always right for what it names. */
    private static String compute(String changed) {
        return "with p as materialized (" + changed
                + "), gone as (delete from app.usage u using p where u.grain = 'hour' and"
                + " u.bucket = p.b and u.organization_id = p.o returning 1) insert into app.usage (grain, bucket, organization_id,"
                + " model_id, requests, tokens, errors, cost) select 'hour', p.b, e.organization_id, e.model_id, count(*), 0, 0, 0 from p"
                + " join app.event e on e.organization_id = p.o and e.at >= p.b and e.at < p.b + interval '1 hour'"
                + " where (select count(*) from gone) >= 0 group by 1, 2, 3, 4 on conflict (grain, bucket, organization_id, model_id)"
                + " do update set requests = excluded.requests";
    }

    private static Way dirtyLog(Mill mill) {
        Rollup usage = mill.install(Mill.USAGE);
        return () -> mill.roll(usage);
    }

    /** A number is taken when a row is written, and not when it can be seen. */
    private static Way sequence(Mill mill) {
        mill.sql(
                "create sequence app.number; alter table app.event add column id bigint default nextval('app.number'); create table app.mark (seen bigint);"
                        + " insert into app.mark values (0)");
        return watermark(mill, "id");
    }

    /** So is a time. */
    private static Way receivedAt(Mill mill) {
        mill.sql("alter table app.event add column received_at timestamptz not null default clock_timestamp();"
                + " create table app.mark (seen timestamptz); insert into app.mark values ('-infinity')");
        return watermark(mill, "received_at");
    }

    private static Way watermark(Mill mill, String column) {
        return () -> mill.sql(compute(
                        "select distinct date_trunc('hour', at, 'UTC') as b, organization_id as o from app.event, app.mark"
                                + " where " + column + " > seen")
                + "; update app.mark set seen = greatest(seen, (select max(" + column + ") from app.event))");
    }

    /** Whoever finds a mark leaves none, and the mark goes before the event is seen. */
    private static Way doNothing(Mill mill) {
        mill.sql("create table app.dirty (b timestamptz, o uuid, primary key (b, o));"
                + " create function app.note() returns trigger language plpgsql as 'begin insert into app.dirty select distinct"
                + " date_trunc(''hour'', at, ''UTC''), organization_id from fresh on conflict do nothing; return null; end';"
                + " create trigger note after insert on app.event referencing new table as fresh for each statement execute function"
                + " app.note()");
        return () ->
                mill.sql("create temp table taken as with d as (delete from app.dirty returning *) select * from d; "
                        + compute("select b, o from taken") + "; drop table taken");
    }

    static Stream<Map.Entry<Function<Mill, Way>, String>> ways() {
        return Stream.<Map.Entry<Function<Mill, Way>, String>>of(
                Map.entry(RaceTest::dirtyLog, "0"),
                Map.entry(RaceTest::sequence, "1"),
                Map.entry(RaceTest::receivedAt, "1"),
                Map.entry(RaceTest::doNothing, "1"));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void without_a_late_commit_every_way_counts_all(Map.Entry<Function<Mill, Way>, String> way, Mill mill)
            throws SQLException {
        Way method = way.getKey().apply(mill);
        for (int minute = 1; minute < 4; minute++) {
            mill.event("2026-01-10 08:0" + minute + "+00", minute % 2 + 1, 1, "success", 1, "1");
            method.roll();
        }
        assertThat(mill.rows("select requests from app.usage where grain = 'hour' order by 1"))
                .containsExactly("1", "2");
    }

    @ParameterizedTest
    @MethodSource("ways")
    void event_that_commits_late_is_counted_and_known_bad_ways_lose_it(
            Map.Entry<Function<Mill, Way>, String> way, Mill mill) throws SQLException {
        Way method = way.getKey().apply(mill);
        mill.event("2026-01-10 08:01+00", 1, 1, "success", 1, "1");
        try (Connection late = mill.connect();
                Statement writer = late.createStatement()) {
            late.setAutoCommit(false);
            writer.execute("set search_path = app, pg_catalog");
            writer.execute("insert into event (at, organization_id, model_id) values ('2026-01-10 08:02+00', '"
                    + Mill.id(1) + "', '" + Mill.id(1) + "')");
            mill.event("2026-01-10 09:03+00", 2, 1, "success", 1, "1");
            method.roll();
            late.commit();
        }
        method.roll();
        method.roll();
        assertThat(
                        mill.one(
                                "select (select count(*) from app.event) - (select sum(requests) from app.usage where grain = 'hour')"))
                .isEqualTo(way.getValue());
    }

    @ParameterizedTest
    @MethodSource("rolledBack")
    void event_that_is_taken_back_is_not_counted_and_its_mark_goes_with_it(Function<Mill, Way> way, Mill mill)
            throws SQLException {
        Way method = way.apply(mill);
        mill.event("2026-01-10 08:01+00", 1, 1, "success", 1, "1");
        try (Connection late = mill.connect();
                Statement writer = late.createStatement()) {
            late.setAutoCommit(false);
            writer.execute(
                    "insert into app.event (at, organization_id) values ('2026-01-10 08:02+00', '" + Mill.id(1) + "')");
            writer.execute("savepoint half");
            writer.execute(
                    "insert into app.event (at, organization_id) values ('2026-01-10 09:02+00', '" + Mill.id(1) + "')");
            writer.execute("rollback to half");
            method.roll();
            late.commit();
        }
        method.roll();
        assertThat(mill.usage("hour")).containsExactly("01-10 08|1|1|1|1|0|1.0000", "01-10 08|1|null|1|0|0|0.0000");
        assertThat(mill.wrong()).isEqualTo("0");
    }

    static Stream<Function<Mill, Way>> rolledBack() {
        return Stream.of(RaceTest::dirtyLog);
    }
}
