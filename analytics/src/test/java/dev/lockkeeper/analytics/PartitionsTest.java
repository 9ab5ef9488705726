package dev.lockkeeper.analytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.dialect.PostgresDialect;
import dev.lockkeeper.analytics.partition.Archive;
import dev.lockkeeper.analytics.partition.PartitionReport;
import dev.lockkeeper.analytics.partition.PartitionUpkeep;
import dev.lockkeeper.analytics.state.Site;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.stewardship.retention.Vault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Mill.Extension.class)
@Tag("ANA-07")
class PartitionsTest {
    private static final String KEPT = Mill.USAGE + """
                seal-after: 35d
                partitions: {ahead: 3d, ready: 2d, keep: 40d}
            """;
    private static final String ATTACHED =
            "select inhrelid::regclass from pg_inherits where inhparent = 'app.event'::regclass and not inhdetachpending order by 1";
    private static final String OWNER = "0000abcd";

    private static PartitionUpkeep upkeep(Site site, Rollup usage) {
        return new PartitionUpkeep(site, new PostgresDialect(), usage, List.of(usage));
    }

    private static PartitionReport look(Mill mill, Rollup usage) {
        return upkeep(mill.site(), usage).look();
    }

    private static PartitionReport run(Mill mill, Rollup usage) {
        return upkeep(mill.site(), usage).run(archive(mill));
    }

    private static Archive archive(Mill mill) {
        return new Archive(new Vault(mill.folder().resolve("archive")), OWNER, UUID.randomUUID());
    }

    private static List<String> files(Mill mill) throws IOException {
        Path folder = mill.folder().resolve("archive");
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    /** Events of two days, rolled up and sealed. */
    private static Rollup sealed(Mill mill) {
        Rollup usage = mill.install(KEPT);
        mill.event("2026-01-10 08:15:00+00", 1, 1, "success", 10, "0.0001")
                .event("2026-01-10 23:59:59.999999+00", 1, 0, "error", 5, "0.9999")
                .event("2026-01-11 00:00:00+00", 2, 1, "success", 3, "2");
        mill.roll(usage);
        return usage;
    }

    @Test
    void partitions_are_made_ahead_of_the_clock_whatever_times_events_have_and_a_look_makes_none(Mill mill) {
        Rollup usage = mill.install(KEPT);
        mill.sql(
                        "create table app.far partition of app.event for values from ('2097-01-01Z') to ('2097-01-02Z')",
                        "create table app.tomorrow partition of app.event for values from ('"
                                + at(mill, "1 day 6 hours") + "') to ('" + at(mill, "1 day 7 hours") + "')")
                .event("2097-01-01 08:15:00+00", 1, 1, "success", 10, "0.0001");
        List<String> before = mill.rows(ATTACHED);
        PartitionReport look = look(mill, usage);
        assertThat(mill.rows(ATTACHED)).isEqualTo(before);
        assertThat(look.missing())
                .as("a day of two parts beside the one that is there")
                .hasSize(5);
        assertThat(look.ready()).isEqualTo(Duration.ZERO);
        assertThat(look.problems())
                .extracting(Problem::message)
                .containsExactly("events of now find no partition of app.event");

        PartitionReport done = run(mill, usage);
        assertThat(done.made()).hasSize(5);
        assertThat(done.problems()).isEmpty();
        assertThat(done.ready()).isGreaterThan(Duration.ofDays(2));
        assertThat(mill.rows(ATTACHED))
                .as("three old ones without events have gone")
                .hasSize(before.size() + 5 - 3);
        mill.sql(
                "insert into app.event (at, organization_id) select date_trunc('day', now(), 'UTC') + n * interval '1 hour', gen_random_uuid()"
                        + " from generate_series(0, 71) n");
        mill.roll(usage);
        assertThat(mill.wrong()).isEqualTo("0");
        assertThat(run(mill, usage).made()).isEmpty();
    }

    private static String at(Mill mill, String later) {
        return mill.one("select date_trunc('day', now(), 'UTC') + interval '" + later + "'");
    }

    @Test
    void partition_goes_when_its_sums_are_final_and_its_rows_are_in_a_file_that_was_read_again(Mill mill)
            throws IOException {
        Rollup usage = sealed(mill);
        List<String> sums = mill.usage("hour");
        assertThat(look(mill, usage).due())
                .extracting(PartitionReport.Due::name)
                .containsExactly("app.event_0110", "app.event_0111", "app.event_0329");
        PartitionReport done = run(mill, usage);
        assertThat(done.problems()).isEmpty();
        assertThat(done.gone()).extracting(PartitionReport.Gone::rows).containsExactly(2L, 1L, 0L);
        assertThat(mill.rows("select 1 from pg_class where relname like 'event\\_0%'"))
                .isEmpty();
        assertThat(files(mill)).hasSize(3).allMatch(name -> name.endsWith(".jsonl"));
        assertThat(Files.readAllLines(mill.folder()
                        .resolve("archive")
                        .resolve(done.gone().get(0).file())))
                .hasSize(2)
                .allMatch(line -> line.contains("\"organization_id\":\"" + Mill.id(1)));
        assertThat(mill.rows(
                        "select partition, rows, checksum is not null and retired_at <= dropped_at from state.partition_log"
                                + " where dropped_at is not null order by lower_bound"))
                .containsExactly("app.event_0110|2|t", "app.event_0111|1|t", "app.event_0329|0|t");
        mill.roll(usage);
        assertThat(mill.usage("hour")).as("sums outlive their events").isEqualTo(sums);
    }

    @Test
    void file_has_all_columns_of_its_rows_whatever_one_of_them_is_called(Mill mill) throws IOException {
        mill.sql(
                "create type app.address as (street text, no int)",
                "alter table app.event add t app.address, add gone text, add g int, add row_to_json text");
        Rollup usage = sealed(mill);
        mill.sql(
                "alter table app.event disable trigger user; update app.event set t = row('a', 1), g = 7; alter table app.event enable"
                        + " trigger user");
        mill.roll(usage);
        PartitionReport done = run(mill, usage);
        assertThat(done.problems()).isEmpty();
        assertThat(Files.readAllLines(mill.folder()
                        .resolve("archive")
                        .resolve(done.gone().get(0).file())))
                .hasSize(2)
                .allMatch(line -> line.contains("\"organization_id\":\"" + Mill.id(1))
                        && line.contains("\"t\":{\"street\":\"a\",\"no\":1},\"gone\":null,\"g\":7"));
    }

    @Test
    void partition_stays_while_sums_wait_differ_or_are_not_sealed_and_without_a_place_for_its_rows(Mill mill) {
        Rollup usage = sealed(mill);
        assertThat(upkeep(mill.site(), usage).run(null).gone()).isEmpty();
        mill.event("2026-01-10 08:16:00+00", 3, 1, "success", 1, "1");
        mill.sql("update app.usage set cost = 7 where bucket = '2026-01-11Z' and grain = 'day'");
        assertThat(reasons(run(mill, usage)))
                .containsExactly(
                        "partition app.event_0110 has 1 hour of rollup usage with events that are not computed yet",
                        "partition app.event_0111 has 1 day of rollup usage that is not what the events say");
        mill.roll(usage);
        assertThat(reasons(run(mill, usage)))
                .as("a late event is in quarantine")
                .contains("partition app.event_0110 has 1 hour of rollup usage that is not what the events say");
        mill.sql(
                "delete from app.event where organization_id = '" + Mill.id(3) + "'",
                "delete from state.rollup_dirty",
                "update app.usage set cost = 2 where bucket = '2026-01-11Z' and grain = 'day'",
                "update state.rollup_interval set state = 'built', sealed_at = null where bucket_start = '2026-01-10Z' and grain = 'day'");
        assertThat(reasons(run(mill, usage)))
                .containsExactly("partition app.event_0110 has 1 day of rollup usage not sealed yet");
        assertThat(mill.rows(ATTACHED)).contains("app.event_0110").doesNotContain("app.event_0111");
    }

    @Test
    void partition_to_which_a_foreign_key_refers_alone_stays_where_it_is(Mill mill) {
        Rollup usage = sealed(mill);
        mill.sql(
                "create table app.note (at timestamptz, event_id uuid, foreign key (at, event_id) references app.event_0110)");
        assertThat(reasons(run(mill, usage)))
                .containsExactly(
                        "partition app.event_0110 has foreign key note_at_event_id_fkey of app.note, which refers to it alone");
        assertThat(mill.rows(ATTACHED)).contains("app.event_0110").doesNotContain("app.event_0111");
    }

    @Test
    void partition_of_which_a_view_is_made_stays_where_it_is_and_those_beside_it_go(Mill mill) {
        Rollup usage = sealed(mill);
        mill.sql("create view app.peek as select at from app.event_0110");
        assertThat(reasons(run(mill, usage)))
                .containsExactly("partition app.event_0110 has view app.peek, which depends on it alone");
        assertThat(mill.rows(ATTACHED)).contains("app.event_0110").doesNotContain("app.event_0111");
    }

    private static List<String> reasons(PartitionReport report) {
        return report.problems().stream().map(Problem::message).toList();
    }

    @Test
    void run_that_is_cut_off_after_any_step_is_brought_to_its_end_by_the_next_one(Mill mill) throws IOException {
        Rollup usage = sealed(mill);
        String begun =
                "insert into state.partition_log (source, partition, partition_oid, lower_bound, upper_bound, retired_at)"
                        + " select 'app.event', 'app.event_' || d, ('app.event_' || d)::regclass, ('2026-' || d)::date, ('2026-' || d)::date + 1, now()"
                        + " from unnest(array['0110', '0111']) d";
        // before it was detached; after it was; and a file that was not written to its end
        mill.sql("set timezone = 'UTC'", begun.replace("'2026-' || d", "'2026' || d"));
        mill.session().alone("alter table app.event detach partition app.event_0111 concurrently");
        Files.createDirectories(mill.folder().resolve("archive"));
        Files.writeString(
                mill.folder().resolve("archive").resolve("app.event_0110." + OWNER + ".11111111.1.jsonl.part"), "{");
        Files.writeString(mill.folder().resolve("archive").resolve("other.99999999.11111111.1.jsonl.part"), "{");
        PartitionReport done = run(mill, usage);
        assertThat(done.problems()).isEmpty();
        assertThat(done.gone())
                .extracting(PartitionReport.Gone::name)
                .containsExactly("app.event_0111", "app.event_0110", "app.event_0329");
        assertThat(files(mill)).hasSize(4).contains("other.99999999.11111111.1.jsonl.part");
        assertThat(
                        mill.one(
                                "select count(*) from state.partition_log where source = 'app.event' and retired_at is not null"))
                .isEqualTo("3");

        // after the record has the file and before the file has its name
        Path file = mill.folder().resolve("archive").resolve(done.gone().get(0).file());
        Files.move(file, Path.of(file + ".part"));
        assertThat(run(mill, usage).gone()).isEmpty();
        assertThat(file).exists();
    }

    @Test
    void detachment_that_a_reader_keeps_waiting_is_finished_by_the_next_run(Mill mill) throws Exception {
        Rollup usage = sealed(mill);
        try (Connection reader = mill.connect();
                Statement statement = reader.createStatement()) {
            reader.setAutoCommit(false);
            statement.execute("select count(*) from app.event");
            assertThatThrownBy(() -> run(mill, usage))
                    .isInstanceOfSatisfying(
                            LockkeeperException.class,
                            e -> assertThat(e.problems().get(0).message())
                                    .isEqualTo("partitions of app.event cannot be kept up"));
            assertThat(mill.one("select count(*) from pg_inherits where inhdetachpending"))
                    .isEqualTo("1");
            reader.rollback();
        }
        assertThat(run(mill, usage).gone()).hasSize(3);
        assertThat(mill.one("select count(*) from pg_inherits where inhdetachpending"))
                .isEqualTo("0");
    }

    @Test
    void partition_that_changed_between_the_look_and_its_detachment_is_not_dropped(Mill mill) {
        Rollup usage = sealed(mill);
        mill.sql(
                "insert into state.partition_log (source, partition, partition_oid, lower_bound, upper_bound, retired_at)"
                        + " values ('app.event', 'app.event_0110', 'app.event_0110'::regclass, '2026-01-10Z', '2026-01-11Z', now())");
        mill.session().alone("alter table app.event detach partition app.event_0110 concurrently");
        mill.sql(
                "insert into app.event_0110 (at, organization_id) values ('2026-01-10 12:00+00', '" + Mill.id(9) + "')",
                "delete from state.rollup_dirty");
        PartitionReport done = run(mill, usage);
        assertThat(reasons(done))
                .containsExactly(
                        "partition app.event_0110 was detached, and has 1 hour of rollup usage that is not what the events say");
        assertThat(mill.one("select count(*) from app.event_0110")).isEqualTo("3");
        assertThat(done.gone())
                .extracting(PartitionReport.Gone::name)
                .containsExactly("app.event_0111", "app.event_0329");
    }

    @Test
    void names_that_need_quotes_and_a_role_that_only_computes_do_not_matter(Mill mill) {
        String name = "é\"v 'x' %I $q$ 🚀";
        String quoted = "\"" + name.replace("\"", "\"\"") + "x\"";
        mill.sql(
                "create role mill_plain nologin", "create role mill_owner nologin", "grant mill_owner to current_user");
        try {
            mill.sql(
                    "create table app." + quoted + " (like app.event including all) partition by range (at)",
                    "create table app.old partition of app." + quoted
                            + " for values from ('2026-01-10Z') to ('2026-01-11Z')",
                    "alter table app." + quoted + " owner to mill_owner",
                    "grant create, usage on schema app to mill_owner",
                    "alter table app.old owner to mill_owner",
                    "alter table app." + quoted + " enable row level security",
                    "create policy seen on app." + quoted + " to mill_plain using (true)",
                    "grant usage on schema app to mill_plain",
                    "grant select on app." + quoted + " to mill_plain",
                    "grant select, insert, update, delete on app.usage to mill_plain");
            Rollup usage = mill.read(KEPT.replace(
                            "app.event", "'app.\"" + name.replace("'", "''").replace("\"", "\"\"") + "x\"'"))
                    .get(0);
            mill.sql(new dev.lockkeeper.analytics.state.StateScript(Mill.STATE, "mill_plain").up(List.of(usage)));
            mill.sql("insert into app." + quoted + " (at, organization_id) values ('2026-01-10 12:00+00', '"
                    + Mill.id(9) + "')");
            Site site = new Site(mill.session(), Mill.STATE, "mill_plain");
            new dev.lockkeeper.analytics.roll.Roller(site, new PostgresDialect(), Mill.FAST, "test", () -> false)
                    .run(usage, "test");
            PartitionReport done = upkeep(site, usage).run(archive(mill));
            assertThat(done.problems()).isEmpty();
            assertThat(done.made()).hasSize(4);
            assertThat(done.gone()).extracting(PartitionReport.Gone::rows).containsExactly(1L);
            assertThat(mill.one(
                            "select bool_and(pg_get_userbyid(relowner) = 'mill_owner' and relrowsecurity) from pg_class c"
                                    + " join pg_inherits i on i.inhrelid = c.oid where i.inhparent = 'app."
                                    + quoted.replace("'", "''") + "'::regclass"))
                    .isEqualTo("t");
            assertThat(mill.usage("hour")).hasSize(1);
        } finally {
            mill.sql(
                    "reassign owned by mill_owner, mill_plain to current_user",
                    "drop owned by mill_owner, mill_plain",
                    "drop role mill_owner, mill_plain");
        }
    }

    @Test
    void default_partition_and_other_kinds_of_partitions_are_refused_by_name(Mill mill) {
        Rollup usage = mill.install(KEPT);
        mill.sql("create table app.rest partition of app.event default");
        assertThatThrownBy(() -> look(mill, usage))
                .isInstanceOfSatisfying(
                        LockkeeperException.class,
                        e -> assertThat(e.problems().get(0).message()).isEqualTo("app.event has a default partition"));
        mill.sql("create table app.plain (like app.event)");
        Rollup other = mill.read(KEPT.replace("app.event", "app.plain")).get(0);
        assertThatThrownBy(() -> look(mill, other))
                .isInstanceOfSatisfying(
                        LockkeeperException.class,
                        e -> assertThat(e.problems().get(0).message())
                                .isEqualTo("app.plain has no partitions by ranges of at alone"));
    }

    @Test
    void rule_that_could_never_be_followed_is_told_with_its_line(Mill mill) {
        assertThatThrownBy(() -> mill.read(Mill.USAGE + """
                    partitions: {ahead: 1d, ready: 2d, keep: 10d, width: week, create: x, retire: app.y}
                """))
                .isInstanceOfSatisfying(
                        LockkeeperException.class,
                        e -> assertThat(e.problems())
                                .extracting(Problem::message)
                                .contains(
                                        "more is to be ready than is made ahead",
                                        "no partition could ever go",
                                        "x is not a name with a schema",
                                        "of the functions that keep up partitions some are missing"));
    }
}
