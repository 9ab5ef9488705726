package dev.lockkeeper.analytics;

import static dev.lockkeeper.analytics.Watched.MARKS;
import static dev.lockkeeper.analytics.Watched.assertSettled;
import static dev.lockkeeper.analytics.Watched.filled;
import static dev.lockkeeper.analytics.Watched.rollAmid;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.dialect.PostgresDialect;
import dev.lockkeeper.analytics.dialect.Span;
import dev.lockkeeper.analytics.recon.Difference;
import dev.lockkeeper.analytics.recon.Reconciliation;
import dev.lockkeeper.analytics.roll.RollResult;
import dev.lockkeeper.analytics.roll.RollupStatus;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What marks say when what they name has another name by then, or when their writer cannot name buckets. */
@Tag("ANA-02")
@ExtendWith(Mill.Extension.class)
class MarkTest {
    private static final String CALLS = """
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
    void labels_of_an_enumeration_that_change_places_while_marks_wait_are_followed(Mill mill) {
        mill.sql(
                "create type app.tier as enum ('a', 'b', 'c', 'd', 'e', 'f', 'g')",
                "create table app.call (at timestamptz not null, tier app.tier not null, n int not null)",
                "create table app.calls (bucket timestamptz not null, tier app.tier not null, n bigint not null, unique (bucket, tier))");
        Rollup calls = mill.install(CALLS);
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
        Rollup calls = mill.install(CALLS);
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
}
