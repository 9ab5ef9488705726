package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Partitions of events and the verification of rollups, as they are typed. */
@ExtendWith(Desk.Extension.class)
class AnalyticsUpkeepTest {
    private static Desk kept(Desk desk) throws IOException {
        AnalyticsCommandTest.project(desk, "analytics");
        Path file = desk.folder().resolve("analytics/usage.yaml");
        Files.writeString(
                file,
                Files.readString(file)
                        .replace(
                                "    columns:",
                                "    seal-after: 35d\n    partitions: {ahead: 2d, ready: 1d, keep: 40d}\n    columns:"));
        return desk;
    }

    @Test
    @Tag("ANA-07")
    void partitions_are_made_and_go_only_when_it_is_said_and_exit_codes_tell_what_is_missing(Desk desk)
            throws IOException {
        kept(desk);
        desk.execute("insert into app.event values ('2026-01-10 08:30+00', 1, null, 'ok', 5)");
        Desk.Outcome look = desk.run("analytics", "partitions");
        assertThat(look.exitCode()).isEqualTo(3);
        assertThat(look.out())
                .contains(
                        "app.event: no partition for events of now",
                        "would make one from ",
                        "app.event_0110, from 2026-01-10T00:00:00Z until 2026-01-11T00:00:00Z: stays: 1 hour of rollup usage with events",
                        "Nothing was changed. Add --execute to do it.");
        assertThat(look.err()).contains("error[analytics-partitions]: events of now find no partition of app.event");
        desk.run("analytics", "run");

        Desk.Outcome made = desk.run("analytics", "partitions", "--execute");
        assertThat(made.exitCode()).as(made.err()).isZero();
        assertThat(made.out()).contains("made app.event_", "may go, with a place for its rows: --archive DIR");
        assertThat(desk.rows("select count(*) from app.event")).containsExactly("1");

        String archive = desk.folder().resolve("archive").toString();
        Desk.Outcome gone = desk.run("analytics", "partitions", "--execute", "--archive", archive, "--output", "json");
        assertThat(gone.exitCode()).as(gone.err()).isZero();
        assertThat(gone.out())
                .contains(
                        "\"schema\":\"lockkeeper/analytics-partitions/v1\"",
                        "\"executed\":true",
                        "\"ready\":true",
                        "\"partition\":\"app.event_0110\"",
                        "\"rows\":1");
        assertThat(desk.rows("select count(*) from app.usage")).containsExactly("2");
        try (Stream<Path> files = Files.list(Path.of(archive))) {
            assertThat(files.map(file -> file.toString().replaceFirst(".*\\.(parquet.*)", "$1"))
                            .sorted())
                    .containsExactly("parquet", "parquet.json", "parquet.sha256");
        }
    }

    @Test
    @Tag("ANA-07")
    void project_whose_rollups_say_nothing_of_partitions_is_told_where_to_write_it(Desk desk) {
        AnalyticsCommandTest.project(desk, "analytics");
        Desk.Outcome outcome = desk.run("analytics", "partitions");
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).contains("no rollup says how the partitions of its events are kept up");
    }

    @Test
    @Tag("ANA-08")
    void sample_is_computed_checked_compared_and_asked_and_what_does_not_hold_ends_with_3(Desk desk)
            throws IOException {
        kept(desk);
        Path project = desk.folder().resolve("lockkeeper.yaml");
        Files.writeString(
                project,
                Files.readString(project)
                        + "seeds:\n  sample:\n    environments: [local]\n    tokens: {sales: 1440}\n    files: [seeds/events.sql]\n"
                        + "  none:\n    environments: [local]\n    files: [seeds/none.sql]\n");
        desk.write("seeds/events.sql", """
                        insert into app.event select timestamptz '2026-01-10 00:00+00' + n * interval '1 minute', n % 7, n % 3, 'ok', n
                        from generate_series(0, ${sales} - 1) as n;
                        """).write("seeds/none.sql", "select 1;\n");
        String chart = desk.folder().resolve("usage.svg").toString();
        Desk.Outcome verified = desk.run("analytics", "verify", "--sample", "sample", "--chart", chart);
        assertThat(verified.err()).doesNotContain("error");
        assertThat(verified.exitCode()).isZero();
        assertThat(verified.out().replaceAll(" +", " "))
                .contains(
                        " tests 1 of the definition holds",
                        " roll up 25 buckets, ",
                        " roll up again 0 rows written",
                        " reconcile 25 buckets compared",
                        " dashboard by hour 24 rows, 95 of 100 times within",
                        " dashboard by day 1 rows",
                        " transaction ",
                        " marks wait ");
        assertThat(Files.readString(Path.of(chart)))
                .startsWith("<svg ")
                .contains("made by lockkeeper analytics verify", "prefers-color-scheme", "each transaction took");
        assertThat(desk.rows("select count(*) from app.event"))
                .as("the database is not touched")
                .containsExactly("0");

        Desk.Outcome empty = desk.run("analytics", "verify", "--sample", "none", "--output", "json");
        assertThat(empty.exitCode()).isEqualTo(3);
        assertThat(empty.out()).contains("\"holds\":false", "there are no events of app.event");
        assertThat(desk.run("analytics", "verify", "--sample", "smaple").err())
                .contains("did you mean --sample sample?");
        assertThat(desk.run("analytics", "verify").err()).contains("which sample is loaded is not said");
        assertThat(desk.run("analytics", "verify", "--sample", "sample", "--set", "sale=3")
                        .err())
                .contains("error[usage]: package sample has no token sale", "did you mean --set sales=...?");
        assertThat(desk.run("analytics", "verify", "--sample", "sample", "--set", "other=3")
                        .err())
                .contains("known are sales");

        Path file = desk.folder().resolve("analytics/usage.yaml");
        Files.writeString(file, Files.readString(file).replace("requests: 1, tokens: 3}", "requests: 2, tokens: 3}"));
        Desk.Outcome wrong = desk.run("analytics", "verify", "--sample", "sample");
        assertThat(wrong.exitCode()).isEqualTo(3);
        assertThat(wrong.err())
                .contains("error[analytics-check]: test counts of rollup usage expects a row that is not made");
        assertThat(List.of(wrong.out().split("\n")))
                .anyMatch(line -> line.contains("tests") && line.contains("does not hold: 1 not passed"));
    }

    @Test
    @Tag("ANA-08")
    void sample_that_grew_old_and_a_role_that_every_database_has_are_told_with_what_to_do(Desk desk)
            throws IOException {
        kept(desk);
        Path project = desk.folder().resolve("lockkeeper.yaml");
        Files.writeString(
                project,
                Files.readString(project)
                        + "seeds:\n  sample:\n    environments: [local]\n    files: [seeds/events.sql]\n");
        desk.write("seeds/events.sql", "insert into app.event values ('2026-01-10 05:00+00', 1, 1, 'ok', 1);\n");
        Path file = desk.folder().resolve("analytics/usage.yaml");
        Files.writeString(
                file, Files.readString(file).replace("    checks:\n", "    bounds: {past: 2d}\n    checks:\n"));
        desk.write("migrations/V2__rollups.sql", desk.run("analytics", "script").out());
        assertThat(desk.run("analytics", "verify", "--sample", "sample").err())
                .contains("comes too late", "a sample with fixed times grows older than bounds: past allows");
        desk.write("migrations/V3__role.sql", "grant select on app.event to \"nobody of yours\";\n")
                .write("migrations/U3__role.sql", "select 1;\n");
        assertThat(desk.run("analytics", "verify", "--sample", "sample").err())
                .contains("role \"nobody of yours\" does not exist", "prelude: in lockkeeper.yaml names");
    }
}
