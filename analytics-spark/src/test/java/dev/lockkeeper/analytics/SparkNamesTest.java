package dev.lockkeeper.analytics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.analytics.adapter.Adapter;
import dev.lockkeeper.analytics.adapter.PostgresAdapter;
import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.dialect.PostgresDialect;
import dev.lockkeeper.analytics.roll.RollResult;
import dev.lockkeeper.analytics.roll.Roller;
import dev.lockkeeper.analytics.state.Site;
import dev.lockkeeper.analytics.state.StateSchema;
import dev.lockkeeper.analytics.state.StateScript;
import dev.lockkeeper.database.Quote;
import dev.lockkeeper.problem.Problem;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Names that end quotes, paths or settings early are names to Spark, to Iceberg and to the catalog as well, also for a role. */
@Tag("ANA-05")
@ExtendWith(Mill.Extension.class)
class SparkNamesTest {
    private static final String SCHEMA = "it's \"the\" `lake`; -- \uD83E\uDD86";
    private static final String EVENT = "../ev.ent\\";
    private static final String TARGET = "u".repeat(55) + "\uD83E\uDD86`\"'/";
    private static final String ROLE = "ro le\\ \"x\" -c \uD83E\uDD86";
    private static final String STATE = "st,a te\\\"";
    private static final String KIND = "a.b`c\"d'e\\ \uD83E\uDD86";
    private static final String BUCKET = "buck.et`";
    private static final String GRAIN = "gr'ain";

    private static String quoted(String name) {
        return Quote.identifier(name);
    }

    @Test
    void hostile_names_and_values_are_what_they_are_also_for_a_role_with_policies(Mill mill) throws Exception {
        String event = quoted(SCHEMA) + "." + quoted(EVENT);
        String target = quoted(SCHEMA) + "." + quoted(TARGET);
        mill.sql(
                "create schema " + quoted(SCHEMA),
                "create type app.\"Kind\" as enum ('a''b', 'c\"d\\', 'NULL', '{}')",
                "create domain app.money as numeric(38, 30)",
                "create table " + event + " (at timestamptz not null, " + quoted(KIND)
                        + " app.\"Kind\", \"Kind\" text, flag boolean, price app.money)",
                "create table " + target + " (" + quoted(GRAIN) + " text not null, " + quoted(BUCKET)
                        + " timestamptz not null, " + quoted(KIND)
                        + " app.\"Kind\", \"Kind\" text, flag boolean, \"kind\" bigint not null,"
                        + " price numeric(38, 30) not null, unique nulls not distinct (" + quoted(GRAIN) + ", "
                        + quoted(BUCKET) + ", "
                        + quoted(KIND) + ", \"Kind\", flag))",
                "create role " + quoted(ROLE),
                "grant usage on schema " + quoted(SCHEMA) + ", app to " + quoted(ROLE),
                "grant select on " + event + " to " + quoted(ROLE),
                "grant select, insert, update, delete on " + target + " to " + quoted(ROLE),
                "alter table " + event + " enable row level security",
                "create policy seen on " + event + " for select to " + quoted(ROLE) + " using (true)");
        Rollup rollup = mill.read("""
                version: 1
                rollups:
                  names:
                    source: %s
                    time: at
                    grains: [hour, day]
                    dimensions: {%s: , Kind: , flag: }
                    measures: {kind: count, price: {sum: price}}
                    target: %s
                    columns: {grain: %s, bucket: %s}
                """.formatted(yaml(event), yaml(KIND), yaml(target), yaml(GRAIN), yaml(BUCKET)))
                .get(0);
        StateSchema state = new StateSchema(STATE);
        StateScript script = new StateScript(state, ROLE);
        mill.sql(script.up(List.of(rollup)), script.catalogUp());
        mill.sql(
                "insert into " + event + " (at, " + quoted(KIND) + ", \"Kind\", flag, price) select"
                        + " '2026-01-10 08:00+00'::timestamptz + n * interval '1 min', k, case when n % 3 > 0 then k::text || E'\\n\\t\\u2028 é' end,"
                        + " n % 2 = 0, case when n % 4 > 0 then -0.000000000000000000000000000001 * n end"
                        + " from generate_series(1, 90) n, unnest(array['a''b', 'c\"d\\', 'NULL', '{}', null]::app.\"Kind\"[]) k");
        Site site = new Site(mill.session(), state, ROLE);
        Lake lake = new Lake(mill.folder(), mill.target(mill.user()), STATE);
        Jars.folder(mill.folder().resolve("jars"));
        String held = "select * from " + target + " order by 1, 2, 3, 4, 5";
        try (Adapter spark = lake.adapter(Map.of("spark.sql.shuffle.partitions", "2"))) {
            assertThat(spark.problems(site, rollup))
                    .extracting(Problem::message)
                    .isEmpty();
            assertThat(roll(site, spark, rollup).problems()).isEmpty();
        }
        List<String> made = mill.rows(held);
        assertThat(made).hasSizeGreaterThan(40);
        assertThat(mill.one("select sum(kind) from " + target + " where " + quoted(GRAIN) + " = 'day'"))
                .isEqualTo("450");
        assertThat(lake.rows(SCHEMA, TARGET))
                .hasSameSizeAs(made)
                .anyMatch(row -> row.contains("c\"d\\|c\"d\\\n\t\u2028 é|"));
        mill.sql(
                "truncate " + target,
                "insert into " + state.table("rollup_dirty")
                        + " (rollup, grain, bucket_start, whole) select 'names', grain," + " bucket_start, true from "
                        + state.table("rollup_interval"));
        assertThat(roll(site, new PostgresAdapter(new PostgresDialect()), rollup)
                        .problems())
                .isEmpty();
        assertThat(mill.rows(held)).isEqualTo(made);
    }

    private static String yaml(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    private static RollResult roll(Site site, Adapter adapter, Rollup rollup) {
        return new Roller(site, new PostgresDialect(), adapter, Mill.FAST, "test", () -> false).run(rollup, "test");
    }
}
