package dev.lockkeeper.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.embedded.Options;
import dev.lockkeeper.project.Patience;
import dev.lockkeeper.project.Roles;
import dev.lockkeeper.project.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the doctor says of faults that few servers have, each made for real, and whether what it proposes ends them. */
@Tag("OPS-06")
class RareFaultsTest {
    private static final Limits USUAL = Limits.usual(Duration.ofMinutes(1));

    /** The usual figures, but for those of the disk, which is that of whoever runs this, and of WAL. */
    private static final Limits LIMITS = new Limits(
            USUAL.skew(),
            USUAL.transaction(),
            USUAL.idle(),
            USUAL.age(),
            USUAL.lag(),
            4L << 20,
            USUAL.rows(),
            USUAL.busy(),
            0);

    private static Examination examine(Target target, Limits limits, Map<Integer, String> tested) {
        try (Session session = Session.open(target, "lockkeeper doctor")) {
            return new Doctor(Clock.systemUTC())
                    .examine(new Patient(
                            target,
                            session.limited("1s", "5s"),
                            () -> Session.open(target, "lockkeeper doctor"),
                            "lockkeeper",
                            List.of(),
                            List.of(),
                            Roles.everybody(),
                            List.of(),
                            tested,
                            new Patience(Duration.ofSeconds(2), Duration.ZERO, 1),
                            limits));
        }
    }

    private static Target target(EmbeddedPostgres server, int port, String database) {
        return Bed.target(database, server.user(), server.password(), port);
    }

    private static Examination examine(EmbeddedPostgres server, Machine machine) {
        return examine(target(server, machine.port(), "postgres"), LIMITS, Map.of());
    }

    private static Examination plain(Machine machine) {
        return examine(Bed.target("postgres", "looks", "secret", machine.port()), LIMITS, Map.of());
    }

    private static List<String> told(Examination seen) {
        return seen.findings().stream()
                .map(one -> (one.symptom().slug() + " " + one.subject()).strip())
                .toList();
    }

    /** What a person does who believes it. */
    private static void typed(Machine machine, Examination seen) throws SQLException {
        for (Finding finding : seen.findings()) {
            assertThat(finding.statements()).as(finding.what()).isNotEmpty();
            machine.run("postgres", finding.statements().toArray(String[]::new));
        }
    }

    private static EmbeddedPostgres source(int version) {
        return EmbeddedPostgres.start(
                Options.version(version).withSetting("wal_level", "replica").withSetting("max_wal_senders", "1"));
    }

    private static final String LOOKS =
            "create role looks login password 'secret'; grant create on database postgres to looks";

    @ParameterizedTest
    @ValueSource(ints = {15, 18})
    void settings_that_risk_data_are_told_to_everybody_and_are_well_after_what_is_proposed(int version)
            throws Exception {
        try (EmbeddedPostgres server = source(version);
                Machine machine = Machine.copyOf(
                        server,
                        "fsync = off\nfull_page_writes = off\nwal_level = minimal\nmax_wal_senders = 0\n"
                                + "max_locks_per_transaction = 10\nautovacuum = off\ntrack_counts = off\n")) {
            machine.run(
                    "postgres",
                    LOOKS,
                    "create schema \"a'b\"; create table \"a'b\".\"T\"\"\" (id int) with (autovacuum_enabled = OFF)",
                    "create materialized view \"a'b\".m with (autovacuum_enabled = no) as select 1 as one");
            List<String> all = List.of(
                    "durability-off fsync",
                    "durability-off full_page_writes",
                    "autovacuum-off autovacuum",
                    "autovacuum-off track_counts",
                    "wal-minimal wal_level",
                    "locks-few max_locks_per_transaction",
                    "table-unvacuumed \"a'b\".\"T\"\"\"",
                    "table-unvacuumed \"a'b\".m");
            assertThat(told(plain(machine))).containsExactlyInAnyOrderElementsOf(all);
            Examination seen = examine(server, machine);
            assertThat(told(seen)).containsExactlyInAnyOrderElementsOf(all);
            assertThat(seen.facts()).containsKey("data checksums");

            typed(machine, seen);
            machine.restart();

            assertThat(told(examine(server, machine))).isEmpty();

            Examination old =
                    examine(target(server, machine.port(), "postgres"), LIMITS, Map.of(version, version + ".99"));
            assertThat(told(old)).containsExactly("server-outdated");
            Examination busy = examine(
                    target(server, machine.port(), "postgres"),
                    new Limits(
                            LIMITS.skew(),
                            LIMITS.transaction(),
                            LIMITS.idle(),
                            LIMITS.age(),
                            LIMITS.lag(),
                            LIMITS.wal(),
                            LIMITS.rows(),
                            1,
                            0),
                    Map.of());
            assertThat(told(busy)).containsExactly("connections-busy");

            // as old as rows are when the server begins to warn, in one database that takes connections and one that
            // takes none
            machine.run(
                    "postgres",
                    "create database locked",
                    "alter database locked allow_connections false",
                    "update pg_database set datfrozenxid = ((pg_current_xact_id()::text::bigint - 600000000 + (1::bigint << 32))"
                            + " % (1::bigint << 32))::text::xid where datname = 'locked'");
            Examination aged = examine(server, machine);
            assertThat(told(aged)).containsExactly("wraparound database \"locked\"");
            assertThat(aged.findings().get(0).statements()).isEmpty();
            assertThat(aged.findings().get(0).help()).startsWith("nobody connects to that database");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 18})
    void limits_of_a_login_are_gone_after_what_is_proposed_wherever_they_were_set(int version) throws Exception {
        try (Bed bed = new Bed(version)) {
            String database = bed.server.createDatabase();
            List<String> names = new ArrayList<>(List.of("statement_timeout", "idle_in_transaction_session_timeout"));
            if (version >= 17) {
                names.add("transaction_timeout");
            }
            String role = "\"lo\"\"gin\"";
            bed.run(
                    database,
                    "create role " + role + " login password 'secret'; grant create on database " + database + " to "
                            + role);
            for (String where : List.of(
                    "role all", "role " + role, "database " + database, "role " + role + " in database " + database)) {
                for (String name : names) {
                    bed.run(database, "alter " + where + " set " + name + " = '2s'");
                }
                Target target = Bed.target(database, "lo\"gin", "secret", bed.server.port());
                Examination seen = examine(target, LIMITS, Map.of());
                assertThat(told(seen))
                        .containsExactlyInAnyOrderElementsOf(
                                names.stream().map(name -> "time-limit " + name).toList());
                for (Finding finding : seen.findings()) {
                    bed.run(database, finding.statements().toArray(String[]::new));
                }
                assertThat(told(examine(target, LIMITS, Map.of()))).as(where).isEmpty();
                bed.run(database, "alter role " + role + " reset all; alter role all reset all");
            }
            bed.run(
                    database,
                    "alter role " + role + " connection limit 2; alter database " + database + " connection limit 2",
                    "alter role " + role + " set standard_conforming_strings = off",
                    "revoke execute on function pg_try_advisory_lock(bigint) from public");
            Target limited = Bed.target(database, "lo\"gin", "secret", bed.server.port());
            Examination tight = examine(limited, LIMITS, Map.of());
            assertThat(told(tight))
                    .containsExactlyInAnyOrder(
                            "connections-short database",
                            "connections-short role " + role,
                            "privilege-missing function pg_try_advisory_lock(bigint)",
                            "strings-unclear standard_conforming_strings");
            for (Finding finding : tight.findings()) {
                bed.run(database, finding.statements().toArray(String[]::new));
            }
            assertThat(told(examine(limited, LIMITS, Map.of()))).isEmpty();
            bed.run(database, "alter role " + role + " set statement_timeout = '30s'");
            assertThat(told(examine(Bed.target(database, "lo\"gin", "secret", bed.server.port()), LIMITS, Map.of())))
                    .isEmpty();
        }
    }

    @Test
    void what_stands_on_the_command_line_of_a_server_is_not_said_to_be_mended_by_its_files() throws Exception {
        try (Bed bed = new Bed(18, "off")) {
            Examination seen = examine(bed.target("postgres"), LIMITS, Map.of());
            assertThat(told(seen)).containsExactlyInAnyOrder("durability-off fsync", "autovacuum-off autovacuum");
            assertThat(seen.findings()).allSatisfy(finding -> {
                assertThat(finding.what()).endsWith(", set where the server is started");
                assertThat(finding.help()).endsWith("it should be on");
                assertThat(finding.statements()).isEmpty();
            });
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 18})
    void replicas_and_slots_are_told_from_when_they_are_behind_until_they_are_not(int version) throws Exception {
        try (EmbeddedPostgres server = source(version);
                Machine machine = Machine.copyOf(server, "max_slot_wal_keep_size = -1\n")) {
            machine.run("postgres", LOOKS, "create table filler (t text)");
            try (Machine standby = machine.standby("one")) {
                await().until(() -> machine.one(
                                "postgres", "select count(*) from pg_stat_replication where state = 'streaming'")
                        .equals("1"));
                assertThat(told(examine(server, machine))).isEmpty();
                Examination less = plain(machine);
                assertThat(told(less)).isEmpty();
                assertThat(less.unseen()).anySatisfy(one -> {
                    assertThat(one.what()).isEqualTo("the lag of 1 replica");
                    assertThat(one.why()).isEqualTo("run: grant pg_read_all_stats to \"looks\";");
                });
                machine.run("postgres", "grant pg_read_all_stats to looks");
                assertThat(plain(machine).unseen()).noneMatch(one -> one.what().contains("replica"));
                // from the side of the replica
                await().until(() -> standby.one("postgres", "select count(*) from pg_roles where rolname = 'looks'")
                        .equals("1"));
                assertThat(told(examine(server, standby))).containsExactly("server-standby");
                assertThat(told(plain(standby))).containsExactly("server-standby");
                assertThat(examine(server, standby).unseen())
                        .as("a standby can be looked at from all sides")
                        .extracting(Unseen::what)
                        .containsExactlyInAnyOrder("what applications can ask for", "who owns what the scripts alter");

                standby.run("postgres", "select pg_wal_replay_pause()");
                fill(machine);
                await().until(() -> told(examine(server, machine)).equals(List.of("replica-lag one")));
                assertThat(examine(server, machine).findings().get(0).what())
                        .matches("one is \\d+ s and \\d+ MB behind");
                standby.run("postgres", "select pg_wal_replay_resume()");
                await().until(() -> told(examine(server, machine)).isEmpty());
            }
            await().until(() -> machine.one("postgres", "select active from pg_replication_slots")
                    .equals("f"));
            assertThat(told(examine(server, machine))).containsExactly("slot-inactive one");
            fill(machine);
            Examination held = examine(server, machine);
            assertThat(told(held)).containsExactly("slot-wal one");
            assertThat(held.findings().get(0).what()).matches("the slot one holds \\d+ MB of WAL \\(.*\\)");

            machine.run(
                    "postgres",
                    "alter system set max_slot_wal_keep_size = '1MB'",
                    "select pg_reload_conf()",
                    "select pg_switch_wal()");
            fill(machine);
            machine.run("postgres", "select pg_switch_wal()", "checkpoint");
            Examination lost = plain(machine);
            assertThat(told(lost)).containsExactly("slot-wal one");
            assertThat(lost.findings().get(0).what()).startsWith("the slot one has lost WAL that its reader needs");
            typed(machine, lost);
            assertThat(told(examine(server, machine))).isEmpty();
        }
    }

    /** Some 8 MB of WAL. */
    private static void fill(Machine machine) throws SQLException {
        machine.run(
                "postgres",
                "insert into filler select repeat(md5(g::text), 60) from generate_series(1, 4000) g; analyze filler");
    }

    @Test
    void disk_of_a_tablespace_that_is_nearly_full_is_told() throws Exception {
        try (EmbeddedPostgres server = source(18);
                Machine machine = Machine.copyOf(server, "")) {
            Path data = Path.of(machine.one("postgres", "show data_directory"));
            Path disk = Files.createDirectory(data.resolveSibling(data.getFileName() + "-disk"));
            boolean mounted = command("mount", "-t", "tmpfs", "-o", "size=16m,mode=777", "none", disk.toString());
            if (!mounted) {
                Files.delete(disk);
            }
            assumeTrue(mounted, "only root mounts a small disk, and not in every container");
            try {
                Path space = Files.createDirectory(disk.resolve("space"));
                command("chown", "--reference=" + data, space.toString());
                machine.run("postgres", "create tablespace small location '" + space + "'", LOOKS);
                Limits usual = Limits.usual(Duration.ofMinutes(1));
                assertThat(told(examine(target(server, machine.port(), "postgres"), usual, Map.of())))
                        .doesNotContain("disk-low " + space);
                Files.write(disk.resolve("old"), new byte[15 << 20]);
                Examination full = examine(target(server, machine.port(), "postgres"), usual, Map.of());
                assertThat(told(full)).contains("disk-low " + space);
                assertThat(full.findings())
                        .extracting(Finding::what)
                        .anyMatch(what -> what.matches("\\d of 16 MB are free at " + space));
                assertThat(plain(machine).unseen()).extracting(Unseen::what).contains("free disk");
                Files.delete(disk.resolve("old"));
                assertThat(told(examine(target(server, machine.port(), "postgres"), usual, Map.of())))
                        .doesNotContain("disk-low " + space);
            } finally {
                machine.stop();
                command("umount", "-l", disk.toString());
                Files.deleteIfExists(disk);
            }
        }
    }

    private static boolean command(String... words) throws IOException, InterruptedException {
        try {
            return new ProcessBuilder(words).redirectErrorStream(true).start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void who_holds_a_lock_that_keeps_a_check_from_looking_is_named() throws Exception {
        try (Bed bed = new Bed(18)) {
            String database = bed.server.createDatabase();
            bed.run(database, "create table t (id int); create index \"I\" on t (id)");
            Connection holder = bed.connect(database);
            holder.createStatement()
                    .execute(
                            "set application_name = 'night job'; begin; lock table pg_catalog.pg_trigger in access exclusive"
                                    + " mode");
            Examination seen = examine(bed.target(database), LIMITS, Map.of());
            assertThat(seen.unseen())
                    .filteredOn(one -> one.what().startsWith("indexes, constraints, triggers"))
                    .singleElement()
                    .satisfies(one -> assertThat(one.why())
                            .matches("somebody holds a lock on the catalog or on a table: session \\d+ of "
                                    + bed.server.user()
                                    + " \\(night job\\) holds pg_trigger, in a transaction since [0-9:]+ UTC"));
            holder.createStatement().execute("rollback");
        }
    }
}
