package dev.lockkeeper.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("USE-01")
class EmbeddedPostgresTest {
    private static EmbeddedPostgres server;

    @BeforeAll
    static void start() {
        server = EmbeddedPostgres.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Tag("RUN-12")
    @ParameterizedTest
    @ValueSource(ints = {15, 16, 17, 18})
    void every_supported_version_starts_and_tells_its_own_version(int major) throws SQLException {
        try (var old = EmbeddedPostgres.start(Options.version(major))) {
            assertThat(old.version()).startsWith(major + ".");
            var database = old.createDatabase();
            assertThat(Query.one(old, database, "SHOW server_version")).isEqualTo(old.version());
            assertThat(Query.one(old, database, "SHOW server_encoding")).isEqualTo("UTF8");
        }
    }

    @Test
    void a_new_database_is_empty_and_its_name_is_unique() throws SQLException {
        var one = server.createDatabase();
        var two = server.createDatabase();
        assertThat(one).isNotEqualTo(two);
        assertThat(Query.one(server, one, "SELECT count(*) FROM pg_class WHERE oid >= 16384"))
                .isEqualTo("0");
    }

    @Test
    void a_copy_of_a_database_holds_its_tables_and_rows_and_lives_apart() throws SQLException {
        var template = server.createDatabase();
        Query.run(server, template, "CREATE TABLE t AS SELECT 42 AS answer");
        var copy = server.createDatabase(template);
        Query.run(server, template, "DROP TABLE t");
        assertThat(Query.one(server, copy, "SELECT answer FROM t")).isEqualTo("42");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "with space",
                "quote\"quote",
                "apostrophe' OR 1=1; DROP TABLE x",
                "new\nline",
                "slash/and?query&a=b#c",
                "percent%20+plus",
                "{fn now()}",
                "$1 ?",
                "back\\slash",
                "-D",
                "🚢 schleuse",
                "CamelCase"
            })
    void any_name_is_taken_literally(String name) throws SQLException {
        server.createDatabase(name, "template1");
        assertThat(Query.one(server, name, "SELECT current_database()")).isEqualTo(name);
        server.createDatabase(name + " copy", name);
        server.dropDatabase(name + " copy");
        server.dropDatabase(name);
        assertThat(Query.one(server, "postgres", "SELECT count(*) FROM pg_database WHERE datname LIKE '%copy'"))
                .isEqualTo("0");
    }

    @Test
    void an_impossible_name_is_refused_instead_of_cut() {
        assertThatThrownBy(() -> server.createDatabase("ü".repeat(32), "template1"))
                .isInstanceOf(EmbeddedPostgresException.class)
                .hasMessage("\"" + "ü".repeat(32) + "\" cannot be the name of a database\n"
                        + "a name has 1 to 63 bytes and no zero byte\n"
                        + "choose another name");
        assertThatThrownBy(() -> server.createDatabase("", "template1")).isInstanceOf(EmbeddedPostgresException.class);
        assertThatThrownBy(() -> server.dropDatabase("a\0b")).hasMessageContaining("\"a\\0b\" cannot be the name");
    }

    @Test
    void a_taken_name_and_a_missing_template_are_told_in_the_servers_words() {
        assertThatThrownBy(() -> server.createDatabase("postgres", "template1"))
                .hasMessageContaining("cannot create the database postgres from template1")
                .hasMessageContaining("already exists");
        assertThatThrownBy(() -> server.createDatabase("nowhere")).hasMessageContaining("\"nowhere\" does not exist");
    }

    @Test
    void dropping_a_database_ends_the_sessions_in_it() throws SQLException {
        var database = server.createDatabase();
        try (var connection = server.connect(database)) {
            server.dropDatabase(database);
            assertThatThrownBy(() -> Query.one(connection, "SELECT 1")).isInstanceOf(SQLException.class);
        }
        assertThatThrownBy(() -> server.connect(database)).hasMessageContaining("does not exist");
    }

    @Test
    void databases_can_be_made_after_all_sessions_were_terminated() throws SQLException {
        Query.run(
                server,
                "template1",
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()");
        assertThat(server.createDatabase()).isNotBlank();
    }

    @Test
    void several_threads_make_databases_at_once() throws Exception {
        var names = new HashSet<String>();
        var threads = Executors.newFixedThreadPool(4);
        try {
            var work = new ArrayList<Callable<String>>();
            for (int i = 0; i < 12; i++) {
                work.add(() -> {
                    var name = server.createDatabase();
                    return Query.one(server, name, "SELECT current_database()");
                });
            }
            for (var name : threads.invokeAll(work)) {
                names.add(name.get());
            }
        } finally {
            threads.shutdown();
        }
        assertThat(names).hasSize(12);
    }

    @Test
    void a_script_with_ill_placed_semicolons_reaches_the_server_in_one_piece() throws SQLException {
        var database = server.createDatabase();
        Query.run(
                server,
                database,
                "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END; CREATE TABLE t AS SELECT f() AS x");
        assertThat(Query.one(server, database, "SELECT x FROM t")).isEqualTo("2");
    }

    @Test
    void nobody_gets_in_without_the_password() {
        assertThatThrownBy(() -> DriverManager.getConnection(server.url("postgres"), server.user(), "guess"))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
        assertThat(server.url("postgres")).doesNotContain(server.password()).doesNotContain(server.user());
    }

    @Test
    void the_server_listens_on_the_loopback_interface_alone() throws SQLException {
        assertThat(Query.one(server, "postgres", "SHOW listen_addresses")).isEqualTo("127.0.0.1");
        assertThat(Query.one(server, "postgres", "SHOW unix_socket_directories"))
                .isEmpty();
        assertThat(Query.one(server, "postgres", "SHOW port")).isEqualTo(Integer.toString(server.port()));
    }

    @Test
    void settings_replace_the_fast_defaults() throws SQLException {
        var options = Options.defaults()
                .withSetting("wal_level", "logical")
                .withSetting("max_connections", "7")
                .withSetting("lockkeeper.note", "it's a 'quoted' \"note\"; $HOME `id`\\");
        try (var other = EmbeddedPostgres.start(options)) {
            assertThat(Query.one(other, "postgres", "SHOW wal_level")).isEqualTo("logical");
            assertThat(Query.one(other, "postgres", "SHOW max_connections")).isEqualTo("7");
            assertThat(Query.one(other, "postgres", "SHOW lockkeeper.note"))
                    .isEqualTo("it's a 'quoted' \"note\"; $HOME `id`\\");
            assertThat(Query.one(other, "postgres", "SHOW fsync")).isEqualTo("off");
        }
    }

    @Test
    void a_setting_that_the_server_refuses_is_told_in_its_words() {
        assertThatThrownBy(() -> EmbeddedPostgres.start(Options.defaults().withSetting("work_mem", "plenty")))
                .isInstanceOf(EmbeddedPostgresException.class)
                .hasMessageContaining("PostgreSQL 18.6 did not start")
                .hasMessageContaining("invalid value for parameter \"work_mem\": \"plenty\"");
    }

    @Test
    void closing_takes_away_processes_data_and_lease() throws SQLException {
        for (var storage : Storage.values()) {
            var other = EmbeddedPostgres.start(Options.defaults().withStorage(storage));
            var trace = Trace.of(other);
            trace.isThere();
            try (var open = other.connect("postgres")) {
                other.close();
                trace.isGone();
                assertThatThrownBy(() -> Query.one(open, "SELECT 1")).isInstanceOf(SQLException.class);
            }
            other.close();
            assertThatThrownBy(other::createDatabase).isInstanceOf(EmbeddedPostgresException.class);
        }
    }

    @Test
    void storage_is_where_it_was_asked_for() throws SQLException {
        try (var memory = EmbeddedPostgres.start(Options.defaults().withStorage(Storage.MEMORY));
                var disk = EmbeddedPostgres.start(Options.defaults().withStorage(Storage.DISK))) {
            assertThat(Trace.of(memory).data()).startsWith(MemoryDisk.DIRECTORY);
            assertThat(Trace.of(disk).data().toString()).doesNotStartWith(MemoryDisk.DIRECTORY.toString());
        }
    }

    @Tag("RUN-12")
    @Test
    void servers_of_all_versions_start_at_once_and_live_side_by_side() throws Exception {
        var threads = Executors.newFixedThreadPool(8);
        var servers = new ArrayList<EmbeddedPostgres>();
        try {
            var work = new ArrayList<Callable<EmbeddedPostgres>>();
            for (int i = 0; i < 8; i++) {
                int major = 15 + i % 4;
                work.add(() -> EmbeddedPostgres.start(Options.version(major)));
            }
            for (var started : threads.invokeAll(work)) {
                servers.add(started.get());
            }
            for (var one : servers) {
                assertThat(Query.one(one, one.createDatabase(), "SHOW server_version"))
                        .isEqualTo(one.version());
            }
            assertThat(servers.stream().map(EmbeddedPostgres::port).distinct()).hasSize(8);
            assertThat(servers.stream().map(EmbeddedPostgres::version).distinct())
                    .hasSize(4);
        } finally {
            threads.shutdown();
            servers.forEach(EmbeddedPostgres::close);
        }
    }
}
