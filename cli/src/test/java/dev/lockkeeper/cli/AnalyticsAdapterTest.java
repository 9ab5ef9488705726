package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What computes rollups is chosen by the project file or by an option. */
@Tag("ANA-05")
@ExtendWith(Desk.Extension.class)
class AnalyticsAdapterTest {
    @Test
    void adapter_of_the_project_file_computes_writes_files_and_makes_the_tests_of_definitions(Desk desk) {
        AnalyticsCommandTest.project(desk, "{folder: analytics, adapter: duckdb, parquet: lake}");
        assertThat(desk.run("analytics", "check").out()).isEqualTo("1 rollup fits the database, 1 test passed\n");
        desk.execute("insert into app.event values ('2026-01-10 08:30+00', 1, null, 'ok', 5)");
        Desk.Outcome run = desk.run("analytics", "run");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(desk.rows("select adapter from rollup_state.rollup_run")).containsExactly("duckdb");
        assertThat(desk.rows("select requests || ' ' || tokens from app.usage where grain = 'day'"))
                .containsExactly("1 5");
        Path hour = desk.folder().resolve("lake/usage/hour/2026-01-10T080000Z.parquet");
        assertThat(hour).isNotEmptyFile();
        assertThat(hour.resolveSibling(hour.getFileName() + ".sha256")).isNotEmptyFile();
    }

    @Test
    void adapter_that_would_leave_files_behind_is_refused(Desk desk) throws Exception {
        AnalyticsCommandTest.project(desk, "{folder: analytics, adapter: duckdb, parquet: lake}");
        Desk.Outcome refused = desk.run("analytics", "run", "--adapter", "postgres");
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err()).contains("error[usage]: adapter postgres would leave behind what duckdb writes");
        assertThat(desk.run("analytics", "check", "--adapter", "postgres").exitCode())
                .isZero();
    }

    @Test
    void role_that_is_not_there_or_of_others_is_told_with_what_to_grant(Desk desk) throws Exception {
        AnalyticsCommandTest.project(desk, "analytics");
        Path file = desk.folder().resolve("lockkeeper.yaml");
        String text = Files.readString(file);
        Files.writeString(file, text.replace("analytics: analytics", "analytics: {folder: analytics, role: no'body}"));
        for (String action : List.of("check", "run")) {
            assertThat(desk.run("analytics", action).err())
                    .contains("error[analytics-unfit]: there is no role no'body", "remove role: under analytics:");
        }
        desk.execute("create role \"no'body\"; create role joiner login password 'j'");
        try {
            desk.variables().putAll(Map.of("PGUSER", "joiner", "PGPASSWORD", "j"));
            assertThat(desk.run("analytics", "check").err())
                    .contains("joiner is no member of role no'body", "grant \"no'body\" to \"joiner\"");
        } finally {
            desk.execute("drop role \"no'body\", joiner");
        }
    }

    @Test
    void option_chooses_another_adapter_and_unknown_ones_are_refused_by_name(Desk desk) throws Exception {
        AnalyticsCommandTest.project(desk, "analytics");
        desk.execute("insert into app.event values ('2026-01-10 08:30+00', 1, null, 'ok', 5)");
        assertThat(desk.run("analytics", "run", "--adapter", "duckdb").exitCode())
                .isZero();
        assertThat(desk.rows("select adapter from rollup_state.rollup_run")).containsExactly("duckdb");
        Desk.Outcome trino = desk.run("analytics", "run", "--adapter", "trino");
        assertThat(trino.exitCode()).isEqualTo(2);
        assertThat(trino.err()).contains("there is no adapter trino", "known are postgres, duckdb, spark-iceberg");
        assertThat(desk.run("analytics", "run", "--adapter", "duckbd").err()).contains("did you mean duckdb?");
        Path file = desk.folder().resolve("lockkeeper.yaml");
        String text = Files.readString(file);
        Files.writeString(file, text.replace("analytics: analytics", "analytics: {folder: analytics, adapter: trino}"));
        assertThat(desk.run("analytics", "run").err()).contains("trino is not a value of adapter");
        Files.writeString(file, text.replace("analytics: analytics", "analytics: {folder: analytics, parquet: lake}"));
        assertThat(desk.run("analytics", "run").err()).contains("adapter postgres writes no files");
    }

    @Test
    void file_in_the_way_ends_with_6_keeps_the_marks_and_the_same_command_goes_on_after_it(Desk desk) throws Exception {
        AnalyticsCommandTest.project(desk, "{folder: analytics, adapter: duckdb, parquet: lake}");
        desk.execute("insert into app.event values ('2026-01-10 08:30+00', 1, null, 'ok', 5)");
        desk.write("lake", "not a folder");
        Desk.Outcome failed = desk.run("analytics", "run");
        assertThat(failed.exitCode()).isEqualTo(6);
        assertThat(failed.err()).contains("error[analytics-adapter]: the Parquet file of a bucket cannot be written");
        assertThat(desk.rows("select count(*) from rollup_state.rollup_dirty")).containsExactly("1");
        Files.delete(desk.folder().resolve("lake"));
        assertThat(desk.run("analytics", "run").exitCode()).isZero();
        assertThat(desk.rows("select count(*) from app.usage")).containsExactly("2");
    }

    @Test
    void table_that_the_engine_does_not_keep_as_it_is_is_refused_with_4_before_anything_is_computed(Desk desk)
            throws Exception {
        AnalyticsCommandTest.project(desk, "analytics");
        Path file = desk.folder().resolve("analytics/usage.yaml");
        Files.writeString(file, Files.readString(file).replace("{sum: tokens}", "{sum: [tokens, Tokens]}"));
        desk.execute("alter table app.event add \"Tokens\" bigint;"
                + " insert into app.event values ('2026-01-10 08:30+00', 1, null, 'ok', 5, 6)");
        Desk.Outcome refused = desk.run("analytics", "run", "--adapter", "duckdb");
        assertThat(refused.exitCode()).isEqualTo(4);
        assertThat(refused.err())
                .contains(
                        "error[analytics-unfit]: column Tokens of app.event differs from another one by capitals alone");
        assertThat(desk.rows("select count(*) from rollup_state.rollup_run")).containsExactly("0");
    }

    @Test
    void spark_is_refused_with_what_to_do_where_its_place_its_jars_or_its_catalog_are_missing(Desk desk)
            throws Exception {
        AnalyticsCommandTest.project(desk, "analytics");
        desk.execute("insert into app.event values ('2026-01-10 08:30+00', 1, null, 'ok', 5)");
        Desk.Outcome nowhere = desk.run("analytics", "run", "--adapter", "spark-iceberg");
        assertThat(nowhere.exitCode()).isEqualTo(2);
        assertThat(nowhere.err())
                .contains("error[usage]: the project does not say where Spark is", "spark: {folder: FOLDER");
        Path file = desk.folder().resolve("lockkeeper.yaml");
        String text = Files.readString(file);
        Files.writeString(
                file, text.replace("analytics: analytics", "analytics: {folder: analytics, adapter: spark-iceberg}"));
        assertThat(desk.run("analytics", "run").err()).contains("adapter spark-iceberg needs spark");
        Files.writeString(
                file,
                text.replace(
                        "analytics: analytics",
                        "analytics: {folder: analytics, adapter: spark-iceberg, spark: {folder: jars, warehouse: lake}}"));
        Desk.Outcome refused = desk.run("analytics", "run");
        assertThat(refused.exitCode()).isEqualTo(6);
        assertThat(refused.err())
                .contains(
                        "error[analytics-adapter]: the folder",
                        "jars with the jars of Spark cannot be read",
                        "mvn dependency:copy-dependencies",
                        "error[analytics-unfit]: table rollup_state.iceberg_tables is not there",
                        "lockkeeper analytics script --catalog");
        assertThat(desk.rows("select count(*) from rollup_state.rollup_dirty")).containsExactly("1");
        Desk.Outcome up = desk.run("analytics", "script", "--catalog");
        assertThat(up.exitCode()).isZero();
        desk.write("migrations/V3__iceberg.sql", up.out())
                .write(
                        "migrations/U3__iceberg.sql",
                        desk.run("analytics", "script", "--catalog", "--down").out());
        assertThat(desk.run("check").exitCode()).isZero();
        assertThat(desk.run("apply").exitCode()).isZero();
        Files.createDirectories(desk.folder().resolve("jars"));
        assertThat(desk.run("analytics", "run").err())
                .contains("has no lockkeeper-analytics-spark-VERSION.jar, no spark-sql_2.13-VERSION.jar")
                .doesNotContain("iceberg_tables");
    }
}
