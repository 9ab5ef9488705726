package dev.lockkeeper.analytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockkeeper.analytics.adapter.ParquetArchive;
import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.dialect.PostgresDialect;
import dev.lockkeeper.analytics.partition.Archive;
import dev.lockkeeper.analytics.partition.PartitionReport;
import dev.lockkeeper.analytics.partition.PartitionUpkeep;
import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.stewardship.retention.ArchiveNames;
import dev.lockkeeper.stewardship.retention.Vault;
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
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes into a Parquet file is what was in the partition, value by value. */
@ExtendWith(Mill.Extension.class)
@Tag("ANA-07")
class ParquetArchiveTest {
    private static final String OWNER = "0000abcd";
    private static final String TYPES = """
            create type app.mood as enum ('gut', 'schlecht', 'a''b"c\\d');
            create domain app.money_of as numeric(12, 4) check (value >= 0);
            create domain app.deeper as app.money_of;
            create type app.pair as (a int, b text);
            create table app."Odd ""T"" 🚀" (
                id uuid primary key, "a" text, "A" varchar(9), "ä 🚀" name, c5 char(5), b bool, i2 int2, i4 int4, i8 int8, f4 float4, f8 float8,
                n44 numeric(4, 4), n15 numeric(15, 2), n18 numeric(18, 0), n38 numeric(38, 10), neg numeric(5, -2), n_free numeric,
                n_nan numeric(12, 4), d app.deeper, mood app.mood, ts timestamptz, ts_inf timestamptz, t timestamp, day date, day_inf date,
                at_time time, span interval, bytes bytea, j json, jb jsonb, list int[], words text[], r int4range, p app.pair, ip inet,
                cash money, bits bit(5), gone int, made int generated always as (i4 * 2) stored
            );
            alter table app."Odd ""T"" 🚀" drop column gone;
            insert into app."Odd ""T"" 🚀" (id, "a", "A", "ä 🚀", c5, b, i2, i4, i8, f4, f8, n44, n15, n18, n38, neg, n_free, n_nan, d, mood, ts, ts_inf, t,
                day, day_inf, at_time, span, bytes, j, jb, list, words, r, p, ip, cash, bits)
            select md5(n::text)::uuid, case n % 4 when 0 then '' when 1 then null when 2 then E'line\\n"quote" \\\\ 🚀' else 'x' end, 'A' || n, 'name',
                'ab', n % 2 = 0, (n - 500)::int2, n * 1000003 - 2147, 9223372036854775807 - n, n / 3.0, case n % 5 when 0 then 'NaN' when 1 then
                '-Infinity' when 2 then '-0'::float8 else n / 7.0 end, (n % 1000) / 10000.0, -n * 1234567.25, 999999999999999999 - n,
                n * 1234567890123456789012.0123456789, n * 100, n * 1e40 + 1e-30, case n when 7 then 'NaN' else n * 0.0001 end, n * 0.5,
                case n % 3 when 0 then 'gut'::app.mood when 1 then 'a''b"c\\d' end, timestamptz '2026-01-10 00:00:00.000001+00' + n * interval '1 s',
                case n when 3 then 'infinity' when 4 then '-infinity' else timestamptz '1600-02-28 12:00 BC' end, timestamp '1969-12-31 23:59:59.999999',
                date '0044-03-15 BC' + n, case n when 5 then 'infinity' else date '2026-01-10' end, '24:00:00', interval '1 mon -2 days 03:04:05.06',
                decode(lpad(to_hex(n), 8, '0'), 'hex'), '{"b" : 1,  "a":2}', '{"b":1,"a":[null]}', array[n, null, 2], array[[E'a\\n', '"'], [null, '']],
                int4range(n, n + 5), row(n, 'x,"y"')::app.pair, '10.0.0.1/8', 12.34, b'10101'
            from generate_series(1, 1000) n;
            insert into app."Odd ""T"" 🚀" (id) values ('00000000-0000-0000-0000-000000000000');
            """;

    private static Vault.Written write(Mill mill, String table, Path folder) {
        return mill.site()
                .transaction(() -> ParquetArchive.write(
                        mill.site(), new ObjectName("app", table), new Vault(folder), "file.parquet"));
    }

    private static List<String> read(Path file, String select) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = duck.createStatement()) {
            statement.execute("set TimeZone = 'UTC'");
            try (ResultSet result = statement.executeQuery("select " + select + " from read_parquet('"
                    + file.toString().replace("'", "''") + "') t")) {
                while (result.next()) {
                    List<String> row = new ArrayList<>();
                    for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                        row.add(String.valueOf(result.getString(i)));
                    }
                    rows.add(String.join("|", row));
                }
            }
        }
        return rows;
    }

    @Test
    void every_value_of_every_type_is_in_the_file_as_the_type_or_as_the_text_that_the_server_writes(Mill mill)
            throws Exception {
        mill.sql(TYPES);
        Path folder = mill.folder().resolve("it's an \"archive\"");
        Vault.Written written = write(mill, "Odd \"T\" 🚀", folder);
        assertThat(written.rows()).isEqualTo(1001);
        new Vault(folder).keep(written);
        Path file = folder.resolve("file.parquet");
        String table = "app.\"Odd \"\"T\"\" 🚀\"";
        // texts are the server's own
        for (String column : List.of(
                "id", "a", "mood", "neg", "n_free", "n_nan", "ts_inf", "day_inf", "at_time", "span", "j", "jb", "list",
                "words", "r", "p", "ip", "bits")) {
            assertThat(read(file, "id::varchar, " + column))
                    .as(column)
                    .containsExactlyInAnyOrderElementsOf(mill.rows("select id, " + column + "::text from " + table));
        }
        for (String column : List.of("b", "i2", "i4", "i8", "n15", "n18", "n38", "d", "made")) {
            assertThat(read(file, "id::varchar, " + column + "::varchar"))
                    .as(column)
                    .containsExactlyInAnyOrderElementsOf(mill.rows("select id, " + column + "::text from " + table));
        }
        assertThat(read(file, "id, n44::decimal(5, 4)::varchar"))
                .containsExactlyInAnyOrderElementsOf(mill.rows("select id, n44 from " + table));
        assertThat(read(file, "id, datediff('day', date '2000-01-01', day)"))
                .containsExactlyInAnyOrderElementsOf(mill.rows("select id, day - date '2000-01-01' from " + table));
        assertThat(read(
                        file,
                        "id, \"A_2\", \"ä 🚀\", cash, octet_length(c5::blob), hex(bytes), epoch_us(ts), epoch_us(t)"))
                .contains("c4ca4238-a0b9-2382-0dcc-509a6f75849b|A1|name|12.34|5|00000001|1768003201000001|-1")
                .hasSize(1001);
        assertThat(read(file, "count(*) filter (where isnan(f8)), count(*) filter (where f8 = '-infinity'), count(f4)"))
                .containsExactly("200|200|1000");
        assertThat(
                        read(
                                file,
                                "distinct typeof(n38), typeof(d), typeof(ts), typeof(t), typeof(day), typeof(bytes), typeof(f4), typeof(i2)"))
                .containsExactly(
                        "DECIMAL(38,10)|DECIMAL(12,4)|TIMESTAMP WITH TIME ZONE|TIMESTAMP|DATE|BLOB|FLOAT|SMALLINT");
        assertThat(Files.readString(folder.resolve("file.parquet.json")))
                .startsWith("{\"schema\":\"lockkeeper/partition-file/v1\"")
                .contains(
                        "\"rows\":1001",
                        "{\"column\":\"A\",\"name\":\"A_2\",\"type\":\"character varying\",\"kept\":\"VARCHAR\"}",
                        "{\"column\":\"n_nan\",\"name\":\"n_nan\",\"type\":\"numeric\",\"kept\":\"VARCHAR\"}")
                .doesNotContain("gone");
        assertThat(Files.readString(folder.resolve("file.parquet.sha256")))
                .isEqualTo(written.sha256() + "  file.parquet\n");
        assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
    }

    @Test
    void table_without_rows_and_one_of_more_than_a_hundred_columns_are_files_too(Mill mill) throws Exception {
        mill.sql("create table app.none (a int)");
        assertThat(write(mill, "none", mill.folder().resolve("none")).rows()).isZero();
        StringBuilder columns = new StringBuilder();
        for (int i = 0; i < 300; i++) {
            columns.append(i == 0 ? "" : ", ")
                    .append("c")
                    .append(i)
                    .append(" int default ")
                    .append(i);
        }
        mill.sql("create table app.wide (" + columns + ")", "insert into app.wide default values");
        assertThat(write(mill, "wide", mill.folder().resolve("wide")).rows()).isEqualTo(1);
    }

    private static Rollup sealed(Mill mill) {
        Rollup usage = mill.install(Mill.USAGE + """
                    seal-after: 35d
                    partitions: {ahead: 3d, ready: 2d, keep: 40d, archive: parquet}
                """);
        mill.event("2026-01-10 08:15:00+00", 1, 1, "success", 10, "0.0001")
                .event("2026-01-10 23:59:59.999999+00", 1, 0, "error", 5, "0.9999")
                .event("2026-01-11 00:00:00+00", 2, 1, "success", 3, "2");
        mill.roll(usage);
        return usage;
    }

    private static PartitionReport run(Mill mill, Rollup usage, Path folder) {
        return new PartitionUpkeep(mill.site(), new PostgresDialect(), usage, List.of(usage))
                .run(new Archive(new Vault(folder), OWNER, UUID.randomUUID(), false));
    }

    private static List<String> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void partition_goes_into_its_file_with_the_digest_that_the_log_keeps(Mill mill) throws Exception {
        Rollup usage = sealed(mill);
        Path folder = mill.folder().resolve("archive");
        PartitionReport report = run(mill, usage, folder);
        assertThat(report.problems()).isEmpty();
        assertThat(report.gone()).extracting(PartitionReport.Gone::rows).containsExactly(2L, 1L, 0L);
        PartitionReport.Gone first = report.gone().get(0);
        assertThat(first.file()).endsWith(".parquet");
        assertThat(read(folder.resolve(first.file()), "sum(prompt), sum(cost)")).containsExactly("15|1.0000");
        assertThat(
                        mill.rows(
                                "select rows, file, checksum from state.partition_log where dropped_at is not null order by lower_bound"))
                .contains("2|" + first.file() + "|" + first.sha256());
        assertThat(files(folder)).hasSize(9).noneMatch(name -> name.endsWith(".part"));
    }

    /** A disk of a few kilobytes. */
    @Test
    void full_disk_leaves_the_partition_with_its_rows_and_no_half_file_and_the_same_command_goes_on(Mill mill)
            throws Exception {
        Rollup usage = sealed(mill);
        mill.sql(
                "insert into app.event (at, organization_id, status, prompt) select '2026-01-10 09:00Z', gen_random_uuid(), md5(n::text), n"
                        + " from generate_series(1, 20000) n");
        mill.sql("update state.rollup_interval set state = 'built', sealed_at = null");
        mill.roll(usage);
        Path folder = Files.createDirectories(mill.folder().resolve("small"));
        Assumptions.assumeTrue(
                new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder.toString())
                                .start()
                                .waitFor(10, TimeUnit.SECONDS)
                        && Files.getFileStore(folder).getTotalSpace() < 100_000,
                "only root mounts a small disk");
        try {
            PartitionReport full = run(mill, usage, folder);
            assertThat(full.problems())
                    .anySatisfy(problem -> assertThat(problem.code()).isEqualTo(Code.ANALYTICS_ADAPTER));
            assertThat(mill.one("select count(*) from app.event_0110")).isEqualTo("20002");
            assertThat(
                            mill.one(
                                    "select count(*) from state.partition_log where dropped_at is null and retired_at is not null"))
                    .isEqualTo("1");
            assertThat(files(folder)).noneMatch(name -> name.endsWith(".part"));
        } finally {
            assertThat(new ProcessBuilder("umount", folder.toString()).start().waitFor())
                    .isZero();
        }
        PartitionReport report = run(mill, usage, folder);
        assertThat(report.problems()).isEmpty();
        assertThat(report.gone()).extracting(PartitionReport.Gone::rows).contains(20002L);
    }

    @Test
    void files_of_a_run_that_was_cut_off_are_removed_where_the_log_has_none_of_them(Mill mill) throws Exception {
        Rollup usage = sealed(mill);
        Path folder = Files.createDirectories(mill.folder().resolve("archive"));
        String cut = "app.event_0110." + OWNER + ".12345678.4711.parquet";
        String other = "app.event_0110.ffffffff.12345678.4711.parquet";
        for (String name : List.of(cut, other)) {
            Files.writeString(folder.resolve(name + ".part"), "half");
            Files.writeString(folder.resolve(name + ".json"), "{}");
        }
        run(mill, usage, folder);
        assertThat(files(folder))
                .doesNotContain(cut + ".part", cut + ".json")
                .contains(other + ".part", other + ".json");
    }

    @Test
    void row_that_a_policy_hides_is_an_error_and_never_missing_in_the_file(Mill mill) {
        mill.sql(
                "create table app.secret (a int); insert into app.secret values (1); alter table app.secret enable row level security",
                "create role plain_reader; grant usage on schema app to plain_reader; grant select on app.secret to plain_reader");
        try {
            var session = mill.open();
            session.alone("set session authorization plain_reader");
            var site = new dev.lockkeeper.analytics.state.Site(session, Mill.STATE, null);
            assertThatThrownBy(() -> site.transaction(() -> ParquetArchive.write(
                            site,
                            new ObjectName("app", "secret"),
                            new Vault(mill.folder().resolve("s")),
                            "file.parquet")))
                    .hasMessageContaining("row-level security");
        } finally {
            mill.sql("drop owned by plain_reader", "drop role plain_reader");
        }
        assertThatThrownBy(() -> mill.read(Mill.USAGE + "    seal-after: 35d\n    partitions: {archive: avro}\n"))
                .isInstanceOf(LockkeeperException.class)
                .hasMessageContaining("avro is not a value of archive");
    }

    /** The same as after a run that was cut off when the record had the file and the file had not its name. */
    @ParameterizedTest
    @ValueSource(strings = {"a byte", "its end", "another file"})
    void file_that_is_not_what_was_written_is_told_when_a_run_that_was_cut_off_goes_on(String what, Mill mill)
            throws Exception {
        Rollup usage = sealed(mill);
        Path folder = mill.folder().resolve("archive");
        PartitionReport.Gone first = run(mill, usage, folder).gone().get(0);
        Path part = folder.resolve(first.file() + ".part");
        Files.move(folder.resolve(first.file()), part);
        byte[] whole = Files.readAllBytes(part);
        byte[] other = whole.clone();
        other[other.length / 2] ^= 1;
        Files.write(
                part,
                what.equals("a byte")
                        ? other
                        : what.equals("its end")
                                ? java.util.Arrays.copyOf(whole, whole.length - 9)
                                : Files.readAllBytes(folder.resolve(files(folder).stream()
                                        .filter(name -> name.endsWith(".parquet"))
                                        .findFirst()
                                        .orElseThrow())));
        assertThatThrownBy(() -> run(mill, usage, folder))
                .isInstanceOfSatisfying(
                        LockkeeperException.class,
                        e -> assertThat(e.problems().get(0).toString())
                                .contains(
                                        "archive " + first.file() + " is not what was written",
                                        "its SHA-256 is another one than the record has: " + first.sha256())
                                .doesNotContain("still in the database"));
        assertThat(part).exists();
        Files.write(part, whole);
        assertThat(run(mill, usage, folder).problems()).isEmpty();
        assertThat(read(folder.resolve(first.file()), "sum(prompt)")).containsExactly("15");
    }

    @Test
    void half_a_file_of_a_partition_that_could_not_go_is_made_anew_before_it_goes(Mill mill) throws Exception {
        Rollup usage = sealed(mill);
        Path folder = mill.folder().resolve("archive");
        mill.sql(
                "create function app.stay() returns event_trigger language plpgsql as $$ begin raise exception 'stay'; end $$",
                "create event trigger stay on ddl_command_start when tag in ('DROP TABLE') execute function app.stay()");
        try {
            assertThatThrownBy(() -> run(mill, usage, folder)).hasStackTraceContaining("stay");
        } finally {
            mill.sql("drop event trigger stay");
        }
        assertThat(mill.one("select count(*) from app.event_0110")).isEqualTo("2");
        Path part = folder.resolve(files(folder).stream()
                .filter(name -> name.endsWith(".part"))
                .findFirst()
                .orElseThrow());
        Files.write(part, new byte[] {0});
        PartitionReport report = run(mill, usage, folder);
        assertThat(report.problems()).isEmpty();
        assertThat(read(folder.resolve(report.gone().get(0).file()), "sum(prompt), sum(cost)"))
                .containsExactly("15|1.0000");
    }

    @Test
    void file_that_has_the_name_of_an_archive_is_left_alone_and_so_is_the_partition(Mill mill) throws Exception {
        Rollup usage = sealed(mill);
        Path folder = Files.createDirectories(mill.folder().resolve("archive"));
        UUID run = UUID.randomUUID();
        Path taken = folder.resolve(ArchiveNames.name(
                new ObjectName("app", "event_0110"),
                OWNER,
                run,
                mill.one("select 'app.event_0110'::regclass::oid"),
                ArchiveNames.PARQUET));
        Files.writeString(taken, "of somebody else");
        PartitionReport report = new PartitionUpkeep(mill.site(), new PostgresDialect(), usage, List.of(usage))
                .run(new Archive(new Vault(folder), OWNER, run, false));
        assertThat(report.problems())
                .singleElement()
                .satisfies(problem ->
                        assertThat(problem.message()).isEqualTo("an archive cannot be written: it is there already"));
        assertThat(mill.one("select count(*) from app.event_0110")).isEqualTo("2");
        assertThat(taken).hasContent("of somebody else");
    }

    @Test
    void file_whose_values_are_not_those_of_the_partition_is_told_by_its_columns(Mill mill) {
        mill.sql(
                "create type app.pair as (a int, b int)",
                "create function app.spell(app.pair) returns text language sql volatile as 'select random()::text'",
                "create cast (app.pair as text) with function app.spell(app.pair)",
                "create table app.odd (a int, p app.pair); insert into app.odd values (1, row(1, 2))");
        assertThatThrownBy(() -> write(mill, "odd", mill.folder().resolve("odd")))
                .isInstanceOfSatisfying(
                        LockkeeperException.class,
                        e -> assertThat(e.problems().get(0).toString())
                                .contains(
                                        "the Parquet file of partition app.odd does not hold what the partition does",
                                        "values differ in p"));
    }
}
