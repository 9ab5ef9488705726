package dev.lockkeeper.analytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockkeeper.analytics.adapter.Adapter;
import dev.lockkeeper.analytics.adapter.DuckDbAdapter;
import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.dialect.PostgresDialect;
import dev.lockkeeper.analytics.quality.Examples;
import dev.lockkeeper.analytics.roll.RollResult;
import dev.lockkeeper.analytics.roll.Roller;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an engine beside the database makes of events is what the database makes of them. */
@ExtendWith(Mill.Extension.class)
class DuckDbAdapterTest {
    private static final String HOLDS =
            "select * from (select grain, bucket, organization_id, model_id, requests, tokens, errors,"
                    + " cost from app.usage) u order by 1, 2, 3, 4 nulls first";
    private static final String SAMPLE =
            "insert into app.event (at, organization_id, model_id, status, prompt, completion, cost)"
                    + " select '2026-01-10 00:00+00'::timestamptz + n * interval '1.000001 s',"
                    + " ('00000000-0000-0000-0000-' || lpad((n % 37)::text, 12, '0'))::uuid, case when n % 20 > 0 then"
                    + " ('00000000-0000-0000-0000-' || lpad((n % 5 + 1)::text, 12, '0'))::uuid end, case when n % 9 = 0 then 'error' else"
                    + " 'success' end, case when n % 11 > 0 then 9007199254740993 + n end, n, n * 0.0001"
                    + " from generate_series(0, 20000) n";

    private static RollResult roll(Mill mill, Rollup rollup, Adapter adapter) {
        return new Roller(mill.site(), new PostgresDialect(), adapter, Mill.FAST, "test", () -> false)
                .run(rollup, "test");
    }

    @Test
    void same_sample_gives_the_same_rows_to_the_last_digit_as_the_database_itself(Mill mill) {
        Rollup usage = mill.install(Mill.USAGE);
        mill.sql(SAMPLE);
        mill.sql("set timezone = 'Asia/Kathmandu'");
        try (Adapter duck = new DuckDbAdapter(null)) {
            assertThat(duck.problems(mill.site(), usage)).isEmpty();
            RollResult result = roll(mill, usage, duck);
            assertThat(result.state()).isEqualTo(RollResult.State.DONE);
            assertThat(result.tally().read())
                    .isEqualTo(20001 + Long.parseLong(mill.one("select count(*) from app.usage where grain = 'hour'")));
        }
        assertThat(mill.one("select adapter from state.rollup_run")).isEqualTo("duckdb");
        assertThat(mill.wrong()).isEqualTo("0");
        List<String> made = mill.rows(HOLDS);
        mill.sql(
                "truncate app.usage",
                "insert into state.rollup_dirty (rollup, grain, bucket_start, whole) select 'usage', grain,"
                        + " bucket_start, true from state.rollup_interval");
        mill.roll(usage);
        assertThat(mill.rows(HOLDS)).hasSizeGreaterThan(1000).isEqualTo(made);
    }

    @Test
    void late_event_has_its_part_computed_and_what_has_not_changed_is_not_written(Mill mill) {
        Rollup usage = mill.install(Mill.USAGE);
        mill.sql(SAMPLE);
        try (Adapter duck = new DuckDbAdapter(null)) {
            roll(mill, usage, duck);
            mill.event("2026-01-10 00:30+00", 3, 0, "error", 1, "1.2345");
            RollResult late = roll(mill, usage, duck);
            assertThat(late.tally().pairs()).isEqualTo(2);
            assertThat(late.tally().updated() + late.tally().inserted()).isEqualTo(2);
            mill.sql("delete from app.event where organization_id = '" + Mill.id(3) + "'");
            assertThat(roll(mill, usage, duck).tally().deleted()).isPositive();
        }
        assertThat(mill.wrong()).isEqualTo("0");
    }

    @Test
    void totals_over_dimensions_and_rounded_sums_are_the_same(Mill mill) {
        Rollup usage = mill.install(Mill.USAGE
                .replace("{sum: cost}", "{sum: cost, scale: 2}")
                .replace(
                        "dimensions: [organization_id, model_id]",
                        "dimensions: {organization_id: , model_id: {null: total}}"));
        mill.sql(SAMPLE.replace("case when n % 20 > 0 then", "case when true then"));
        try (Adapter duck = new DuckDbAdapter(null)) {
            assertThat(roll(mill, usage, duck).problems()).isEmpty();
        }
        List<String> made = mill.rows(HOLDS);
        mill.sql(
                "truncate app.usage",
                "insert into state.rollup_dirty (rollup, grain, bucket_start, whole) select 'usage', grain,"
                        + " bucket_start, true from state.rollup_interval");
        mill.roll(usage);
        assertThat(mill.rows(HOLDS)).isNotEmpty().isEqualTo(made);
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "it's a \"lake\" \uD83E\uDD86"})
    void bucket_is_a_parquet_file_with_its_digest_and_goes_when_nothing_is_left(String name, Mill mill)
            throws Exception {
        Rollup usage = mill.install(Mill.USAGE);
        mill.event("2026-01-10 08:15:00+00", 1, 1, "error", 10, "0.0001")
                .event("2026-01-10 08:16:00+00", 1, 0, "success", 7, "null");
        Path folder = mill.folder().resolve(name);
        Path file = folder.resolve("usage/hour/2026-01-10T080000Z.parquet");
        try (Adapter duck = new DuckDbAdapter(folder)) {
            assertThat(roll(mill, usage, duck).state()).isEqualTo(RollResult.State.DONE);
            assertThat(parquet(file))
                    .containsExactly(
                            "hour|2026-01-10T08:00Z|00000000-0000-0000-0000-000000000001|00000000-0000-0000-0000-000000000001|1|10|1|0.0001",
                            "hour|2026-01-10T08:00Z|00000000-0000-0000-0000-000000000001|null|1|7|0|0.0000");
            assertThat(types(file))
                    .contains("VARCHAR", "TIMESTAMP WITH TIME ZONE", "BIGINT", "DECIMAL(14,4)")
                    .doesNotContain("UUID");
            assertThat(Files.readString(file.resolveSibling(file.getFileName() + ".sha256")))
                    .isEqualTo(java.util.HexFormat.of()
                                    .formatHex(dev.lockkeeper.source.Checksum.digest()
                                            .digest(Files.readAllBytes(file)))
                            + "  2026-01-10T080000Z.parquet\n");
            mill.sql("update app.event set at = at + interval '1 day'");
            roll(mill, usage, duck);
            try (Stream<Path> left = Files.walk(folder)) {
                assertThat(left.filter(Files::isRegularFile)
                                .map(one -> one.subpath(one.getNameCount() - 2, one.getNameCount())
                                        .toString()))
                        .containsExactlyInAnyOrder(
                                "hour/2026-01-11T080000Z.parquet",
                                "hour/2026-01-11T080000Z.parquet.sha256",
                                "day/2026-01-11T000000Z.parquet",
                                "day/2026-01-11T000000Z.parquet.sha256");
            }
        }
    }

    @Test
    void buckets_that_were_there_before_get_their_files_by_a_backfill_days_as_well_as_hours(Mill mill) {
        Rollup usage = mill.install(Mill.USAGE);
        mill.event("2026-01-10 08:15:00+00", 1, 1, "error", 10, "0.0001");
        mill.roll(usage);
        Path folder = mill.folder().resolve("lake");
        try (Adapter duck = new DuckDbAdapter(folder)) {
            new dev.lockkeeper.analytics.roll.Backfill(mill.site(), new PostgresDialect(), usage, false)
                    .run(null, null);
            roll(mill, usage, duck);
        }
        assertThat(folder.resolve("usage/hour/2026-01-10T080000Z.parquet")).isNotEmptyFile();
        assertThat(folder.resolve("usage/day/2026-01-10T000000Z.parquet")).isNotEmptyFile();
    }

    @Test
    void file_that_cannot_be_written_takes_the_transaction_back_and_the_marks_stay(Mill mill) throws IOException {
        Rollup usage = mill.install(Mill.USAGE);
        mill.event("2026-01-10 08:15:00+00", 1, 1, "error", 10, "0.0001");
        Path folder = Files.writeString(mill.folder().resolve("lake"), "a file");
        try (Adapter duck = new DuckDbAdapter(folder)) {
            assertThatThrownBy(() -> roll(mill, usage, duck)).isInstanceOfSatisfying(LockkeeperException.class, e -> {
                assertThat(e.problems().get(0).code()).isEqualTo(Code.ANALYTICS_ADAPTER);
                assertThat(e.problems().get(0).category().exitCode()).isEqualTo(6);
            });
            assertThat(mill.one("select count(*) from state.rollup_dirty where whole is not null"))
                    .isNotEqualTo("0");
            assertThat(mill.rows("select 1 from app.usage")).isEmpty();
            assertThat(mill.one("select state || ': ' || error from state.rollup_run"))
                    .isEqualTo("failed: the Parquet file of a bucket cannot be written");
            Files.delete(folder);
            assertThat(roll(mill, usage, duck).state()).isEqualTo(RollResult.State.DONE);
        }
        assertThat(mill.wrong()).isEqualTo("0");
    }

    @Test
    void value_that_the_engine_cannot_add_up_stops_its_bucket_alone_and_the_marks_stay(Mill mill) {
        mill.sql(
                "alter table app.event alter cost type numeric(38, 0)",
                "alter table app.usage alter cost type numeric");
        Rollup usage = mill.install(Mill.USAGE.replace("[hour, day]", "[hour]"));
        mill.event("2026-01-10 08:15:00+00", 1, 1, "error", 10, "9e37")
                .event("2026-01-10 08:16:00+00", 1, 1, "error", 10, "9e37")
                .event("2026-01-10 09:16:00+00", 1, 1, "error", 10, "1");
        try (Adapter duck = new DuckDbAdapter(null)) {
            RollResult stopped = roll(mill, usage, duck);
            assertThat(stopped.state()).isEqualTo(RollResult.State.FAILED);
            assertThat(stopped.problems()).singleElement().satisfies(problem -> {
                assertThat(problem.code()).isEqualTo(Code.ANALYTICS_STOPPED);
                assertThat(problem.message())
                        .isEqualTo("the hour of 2026-01-10T08:00:00Z of rollup usage cannot be computed");
            });
            assertThat(mill.usage("hour")).as("others go on").containsExactly("01-10 09|1|1|1|10|1|1");
            assertThat(mill.one("select count(*) from state.rollup_dirty")).isEqualTo("2");
            mill.sql("update app.event set cost = 'NaN' where at = '2026-01-10 08:16:00+00'");
            assertThat(roll(mill, usage, duck).problems())
                    .singleElement()
                    .extracting(Problem::why)
                    .asString()
                    .contains("a number is NaN or infinite");
            mill.sql("delete from app.event where at = '2026-01-10 08:16:00+00'");
            assertThat(roll(mill, usage, duck).state()).isEqualTo(RollResult.State.DONE);
        }
    }

    @Test
    void what_duckdb_does_not_keep_as_it_is_is_refused_by_name(Mill mill) {
        mill.sql(
                "alter table app.event alter cost type numeric, add \"Status\" char(3), add plan char(4)",
                "alter table app.usage add kind text, add plan text, add constraint usage_parts unique nulls not distinct"
                        + " (grain, bucket, organization_id, kind, plan)");
        Rollup usage = mill.install(Mill.USAGE.replace(
                "dimensions: [organization_id, model_id]", "dimensions: {organization_id: , Status: kind, plan: }"));
        try (Adapter duck = new DuckDbAdapter(null)) {
            assertThat(duck.problems(mill.site(), usage))
                    .extracting(Problem::message)
                    .containsExactlyInAnyOrder(
                            "DuckDB keeps no values of column Status of app.event as they are: its type is character",
                            "DuckDB keeps no values of column plan of app.event as they are: its type is character",
                            "DuckDB keeps no values of column cost of app.event as they are: its type is numeric",
                            "column status of app.event differs from another one by capitals alone, which is nothing to DuckDB");
        }
    }

    @Test
    void domains_enums_and_hostile_values_are_groups_as_they_are_in_the_database(Mill mill) {
        mill.sql(
                "create type app.\"Kind \"\"of\"\" it\" as enum ('a''b', 'c\"d\\', 'NULL', '{}')",
                "create domain app.money as numeric(10, 3)",
                "alter table app.event add \"the kind; --\" app.\"Kind \"\"of\"\" it\", add price app.money",
                "create table app.kinds (bucket timestamptz not null, kind app.\"Kind \"\"of\"\" it\", n bigint not null, price numeric not null,"
                        + " unique nulls not distinct (bucket, kind))");
        Rollup kinds = mill.install("""
                version: 1
                rollups:
                  kinds:
                    source: app.event
                    time: at
                    grains: hour
                    dimensions: {"the kind; --": kind}
                    measures: {n: count, price: {sum: price}}
                    target: app.kinds
                    columns: {bucket: bucket}
                """);
        mill.sql(
                "insert into app.event (at, organization_id, \"the kind; --\", price) select '2026-01-10 08:00+00'::timestamptz + n *"
                        + " interval '1 s', '" + Mill.id(1)
                        + "', k, n + 0.125 from (select row_number() over () as n, k from"
                        + " unnest(array['a''b', 'c\"d\\', 'NULL', '{}', null]::app.\"Kind \"\"of\"\" it\"[]) k) v");
        try (Adapter duck = new DuckDbAdapter(null)) {
            assertThat(duck.problems(mill.site(), kinds)).isEmpty();
            assertThat(roll(mill, kinds, duck).problems()).isEmpty();
        }
        assertThat(mill.rows("select coalesce(kind::text, '-'), n, price from app.kinds order by price"))
                .containsExactly("a'b|1|1.125", "c\"d\\|1|2.125", "NULL|1|3.125", "{}|1|4.125", "-|1|5.125");
    }

    @Test
    void tests_of_definitions_run_on_it_too(Mill mill) {
        String tests = """
                tests:
                  costs:
                    given:
                      - {at: 2026-01-10T08:15:00Z, organization_id: 00000000-0000-0000-0000-000000000001, status: error, prompt: 5, cost: 0.0001}
                      - {at: 2026-01-10T09:15:00Z, organization_id: 00000000-0000-0000-0000-000000000001, status: ok, cost: 0.9999}
                    expect:
                      - {grain: hour, bucket: 2026-01-10T08:00:00Z, organization_id: 00000000-0000-0000-0000-000000000001, model_id: null, requests: 1, tokens: 5, errors: 1, cost: 0.0001}
                      - {grain: hour, bucket: 2026-01-10T09:00:00Z, organization_id: 00000000-0000-0000-0000-000000000001, model_id: null, requests: 1, errors: 0, cost: 0.9999}
                      - {grain: day, bucket: 2026-01-10T00:00:00Z, organization_id: 00000000-0000-0000-0000-000000000001, model_id: null, requests: 2, errors: 1, cost: 1}
            """.indent(0);
        Rollup usage = mill.install(Mill.USAGE + tests);
        try (Adapter duck = new DuckDbAdapter(null)) {
            assertThat(new Examples(mill.site(), new PostgresDialect()).problems(usage))
                    .isEmpty();
            assertThat(new Examples(mill.site(), duck).problems(usage)).isEmpty();
        }
    }

    private static List<String> parquet(Path file) throws SQLException {
        return read("select * from read_parquet(" + quoted(file) + ") order by model_id nulls last");
    }

    private static List<String> types(Path file) throws SQLException {
        return read("select column_type from (describe select * from read_parquet(" + quoted(file) + "))");
    }

    private static String quoted(Path file) {
        return "'" + file.toString().replace("'", "''") + "'";
    }

    private static List<String> read(String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = duck.createStatement()) {
            statement.execute("set TimeZone = 'UTC'");
            try (ResultSet result = statement.executeQuery(sql)) {
                while (result.next()) {
                    List<String> values = new ArrayList<>();
                    for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                        values.add(String.valueOf(result.getString(i)));
                    }
                    rows.add(String.join("|", values));
                }
            }
        }
        return rows;
    }
}
