package dev.lockkeeper.library;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** What DataSources may give instead of a new session of PostgreSQL, and what then becomes of their connections. */
class DataSourcesTest {
    private static EmbeddedPostgres server;
    private Harbor harbor;

    @BeforeAll
    static void start() {
        server = EmbeddedPostgres.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void open(@TempDir Path folder) {
        harbor = new Harbor(server, folder)
                .migration(1, "create table a (id int);", "drop table a;")
                .migration(2, "create table b as select 1 as id;", "drop table b;");
    }

    @AfterEach
    void close() {
        harbor.close();
    }

    /** Opens a connection in its own manner. */
    @FunctionalInterface
    private interface Opening {
        @Nullable
        Connection open() throws SQLException;
    }

    private static DataSource source(Opening opening) {
        return new DataSource() {
            @Override
            public @Nullable Connection getConnection() throws SQLException {
                return opening.open();
            }

            @Override
            public @Nullable Connection getConnection(String user, String password) throws SQLException {
                return opening.open();
            }

            @Override
            public PrintWriter getLogWriter() throws SQLException {
                throw new SQLFeatureNotSupportedException();
            }

            @Override
            public void setLogWriter(PrintWriter out) throws SQLException {
                throw new SQLFeatureNotSupportedException();
            }

            @Override
            public void setLoginTimeout(int seconds) throws SQLException {
                throw new SQLFeatureNotSupportedException();
            }

            @Override
            public int getLoginTimeout() {
                return 0;
            }

            @Override
            public Logger getParentLogger() throws SQLFeatureNotSupportedException {
                throw new SQLFeatureNotSupportedException();
            }

            @Override
            public <T> T unwrap(Class<T> type) throws SQLException {
                throw new SQLException("nothing is in it");
            }

            @Override
            public boolean isWrapperFor(Class<?> type) {
                return false;
            }
        };
    }

    private Problem refused(DataSource source) {
        Problem problem = Harbor.problem(() -> harbor.on(source).apply());
        assertThat(harbor.tables()).isEmpty();
        assertThat(harbor.rows("select to_regnamespace('lockkeeper')")).containsExactly((String) null);
        return problem;
    }

    @Test
    void pool_without_autocommit_serves_and_stays_without() throws SQLException {
        HikariConfig configuration = harbor.configuration(3);
        configuration.setAutoCommit(false);
        HikariDataSource pool = harbor.pool(configuration);
        harbor.on(pool).plan();
        harbor.assertClean(pool);
        assertThat(harbor.on(pool).apply().names()).containsExactly("1", "2");
        harbor.assertClean(pool);
        assertThat(harbor.on(pool).status().isCurrent()).isTrue();
        harbor.assertClean(pool);
    }

    @Test
    void settings_of_the_driver_that_would_change_messages_do_not_matter() {
        harbor.migration(3, "create table c (id int);\nselect nobody from c;", "drop table c;");
        for (String mode : List.of("simple", "extended", "extendedForPrepared", "extendedCacheEverything")) {
            PGSimpleDataSource source = harbor.simple();
            source.setPreferQueryMode(org.postgresql.jdbc.PreferQueryMode.of(mode));
            source.setAutosave(org.postgresql.jdbc.AutoSave.ALWAYS);
            source.setReWriteBatchedInserts(true);
            source.setSocketTimeout(20);
            Problem problem = Harbor.problem(() -> harbor.on(source).apply());
            assertThat(String.valueOf(problem.place())).as(mode).endsWith("V3__m3.sql:2:8");
            harbor.on(source).acceptLoss().rollbackTo("0");
            harbor.execute("drop schema lockkeeper cascade");
        }
    }

    @Test
    void settings_in_the_address_hold_in_every_script() {
        harbor.execute("create schema app");
        harbor.migration(3, "create index concurrently on b (id);", "select 1;")
                .migration(4, "create table d ();", "drop table d;");
        PGSimpleDataSource source = harbor.simple();
        source.setCurrentSchema("app");
        harbor.on(source).apply();
        assertThat(
                        harbor.rows(
                                "select relname from pg_class where relnamespace = 'app'::regnamespace and relkind = 'r' order by 1"))
                .containsExactly("a", "b", "d");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "set search_path = pg_temp",
                "set default_transaction_isolation = serializable",
                "set statement_timeout = 1000",
                "set role pg_monitor",
                "set session authorization pg_monitor",
                "set session_replication_role = replica"
            })
    void settings_that_a_pool_or_somebody_has_made_are_refused_by_name(String sql) throws SQLException {
        HikariConfig configuration = harbor.configuration(3);
        configuration.setConnectionInitSql(sql);
        HikariDataSource pool = harbor.pool(configuration);
        Problem problem = refused(pool);
        assertThat(problem.code()).isEqualTo(Code.DATA_SOURCE_UNFIT);
        String setting = sql.replaceAll("set (session authorization|\\S+) .*", "$1");
        assertThat(problem.message()).contains(setting.equals("session authorization") ? "user = pg_monitor" : setting);
        assertThat(problem.help()).contains("currentSchema");
        assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
    }

    @Test
    void what_drivers_and_pools_set_for_themselves_is_taken() {
        HikariConfig configuration = harbor.configuration(3);
        configuration.setConnectionInitSql(
                "set timezone = 'Asia/Tokyo'; set extra_float_digits = 0; set application_name = 'shop'; set lock_timeout = 0");
        harbor.migration(3, "create table c as select current_setting('timezone') as zone;", "drop table c;");
        harbor.on(harbor.pool(configuration)).apply();
        String expected = harbor.rows("select reset_val from pg_settings where name = 'log_timezone'")
                .get(0);
        assertThat(harbor.rows("select zone from c")).containsExactly(expected);
    }

    @Test
    void what_an_earlier_user_has_left_in_a_session_is_not_found_by_scripts() throws SQLException {
        HikariDataSource pool = harbor.pool(2);
        List<Connection> all = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Connection connection = pool.getConnection();
            connection
                    .createStatement()
                    .execute("create temp table a (other int); set my.tenant = 'me'; listen x; prepare p as select 1;"
                            + " select pg_advisory_lock(pg_backend_pid())");
            all.add(connection);
        }
        for (Connection connection : all) {
            connection.close();
        }
        harbor.migration(
                3,
                "insert into a (id) values (1); prepare p as select 2;"
                        + " create table c as select current_setting('my.tenant', true) as tenant;",
                "drop table c;");
        harbor.on(pool).apply();
        assertThat(harbor.rows("select id::text from public.a")).containsExactly("1");
        assertThat(harbor.rows("select coalesce(tenant, '') from c")).containsExactly("");
        harbor.assertClean(pool);
    }

    @Test
    void read_only_data_source_is_refused() throws SQLException {
        HikariConfig configuration = harbor.configuration(3);
        configuration.setReadOnly(true);
        HikariDataSource pool = harbor.pool(configuration);
        Problem problem = refused(pool);
        assertThat(problem.code()).isEqualTo(Code.DATA_SOURCE_UNFIT);
        assertThat(problem.message()).contains("read-only");
        assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
    }

    @Test
    void connection_in_a_transaction_is_refused_and_left_as_it_is() throws SQLException {
        try (Connection theirs = harbor.simple().getConnection()) {
            theirs.setAutoCommit(false);
            theirs.createStatement().execute("create table theirs ()");
            Problem problem = Harbor.problem(
                    () -> harbor.on(source(() -> uncloseable(theirs))).apply());
            assertThat(problem.code()).isEqualTo(Code.DATA_SOURCE_UNFIT);
            assertThat(problem.message()).contains("transaction");
            theirs.commit();
        }
        assertThat(harbor.tables()).containsExactly("theirs");
    }

    /** As proxies of frameworks do: to close it does nothing. */
    private static Connection uncloseable(Connection connection) {
        return proxy(connection, "close", null);
    }

    private static Connection proxy(Connection connection, String method, @Nullable Object answer) {
        return (Connection) Proxy.newProxyInstance(
                DataSourcesTest.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (self, called, arguments) -> {
                    if (called.getName().equals(method)) {
                        return answer;
                    }
                    try {
                        return called.invoke(connection, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Test
    void data_source_that_gives_one_connection_again_is_refused() throws SQLException {
        try (Connection one = harbor.simple().getConnection()) {
            Problem problem = Harbor.problem(
                    () -> harbor.on(source(() -> uncloseable(one))).apply());
            assertThat(problem.code()).isEqualTo(Code.DATA_SOURCE_UNFIT);
            assertThat(problem.message()).contains("a second time");
        }
        assertThat(harbor.tables()).isEmpty();
        try (Connection one = harbor.simple().getConnection()) {
            assertThat(harbor.on(source(() -> uncloseable(one))).plan().names()).hasSize(2);
            assertThat(one.isValid(5)).isTrue();
        }
    }

    @Test
    void connection_that_does_not_unwrap_or_is_of_another_database_is_refused_with_its_class() throws SQLException {
        DataSource wrapped = source(() -> proxy(harbor.simple().getConnection(), "isWrapperFor", false));
        Problem problem = refused(wrapped);
        assertThat(problem.code()).isEqualTo(Code.DATA_SOURCE_UNFIT);
        assertThat(problem.why()).contains("does not unwrap").contains("Proxy");
        DatabaseMetaData about = (DatabaseMetaData) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {DatabaseMetaData.class},
                (self, called, arguments) -> called.getName().equals("getDatabaseProductName") ? "MySQL" : null);
        Problem other = refused(source(
                () -> proxy(proxy(harbor.simple().getConnection(), "isWrapperFor", false), "getMetaData", about)));
        assertThat(other.why()).contains("the database is MySQL");
        assertThat(refused(source(() -> null)).message()).contains("null");
    }

    @Test
    void data_source_that_gives_nothing_is_told_by_name() {
        HikariDataSource pool = harbor.pool(2);
        pool.close();
        Problem closed = refused(pool);
        assertThat(closed.code()).isEqualTo(Code.CONNECTION_FAILED);
        assertThat(closed.why()).contains("has been closed");
        PGSimpleDataSource wrong = harbor.simple();
        wrong.setPassword("wrong");
        assertThat(refused(wrong).code()).isEqualTo(Code.AUTHENTICATION_FAILED);
        PGSimpleDataSource nowhere = harbor.at(1);
        assertThat(refused(nowhere).code()).isEqualTo(Code.CONNECTION_FAILED);
        HikariConfig lazy = harbor.configuration(2);
        lazy.setDataSource(wrong);
        lazy.setInitializationFailTimeout(-1);
        lazy.setConnectionTimeout(300);
        assertThat(refused(harbor.pool(lazy)).code()).isEqualTo(Code.AUTHENTICATION_FAILED);
        assertThat(refused(source(() -> {
                            throw new IllegalStateException("not started");
                        }))
                        .why())
                .contains("not started");
    }

    @Test
    void dead_connections_of_a_pool_are_passed_over() throws SQLException {
        List<Connection> dead = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            dead.add(harbor.simple().getConnection());
        }
        harbor.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'PostgreSQL JDBC Driver'"
                        + " and pid <> pg_backend_pid() and datname = current_database()");
        DataSource source =
                source(() -> dead.isEmpty() ? harbor.simple().getConnection() : dead.remove(dead.size() - 1));
        assertThat(harbor.on(source).apply().names()).containsExactly("1", "2");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 10})
    @Tag("RUN-02")
    void backend_that_is_ended_in_a_script_leaves_the_truth_and_a_clean_pool(int size) throws Exception {
        harbor.migration(3, "create table c (id int);\nselect pg_sleep(600);", "drop table c;");
        HikariDataSource pool = harbor.pool(size);
        var run = Harbor.inThread(() -> Harbor.problem(() -> harbor.on(pool).apply()));
        end("query like '%pg_sleep(600)%' and state = 'active'");
        Problem problem = run.get();
        assertThat(problem.code()).isIn(Code.CONNECTION_LOST, Code.PARTLY_APPLIED);
        assertThat(problem.notes().toString()).contains("kept").doesNotContain("not known");
        harbor.assertClean(pool);
        assertThat(harbor.tables()).containsExactly("a", "b");
        harbor.migration(3, "create table c (id int);", "drop table c;");
        assertThat(harbor.on(pool).apply().names()).containsExactly("3");
        harbor.assertClean(pool);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 10})
    @Tag("RUN-02")
    void control_session_that_is_ended_lets_nothing_run_twice_and_leaves_a_clean_pool(int size) throws Exception {
        harbor.migration(3, "create table c (id int);\nselect pg_sleep(2);", "drop table c;")
                .migration(4, "create table d (id int);", "drop table d;");
        HikariDataSource pool = harbor.pool(size);
        var run = Harbor.inThread(() -> Harbor.problem(() -> harbor.on(pool).apply()));
        Awaitility.await()
                .until(() -> !harbor.rows(
                                "select 1 from pg_stat_activity where query like '%pg_sleep(2)%' and pid <> pg_backend_pid()")
                        .isEmpty());
        end("application_name = 'lockkeeper apply main'");
        assertThat(run.get().code()).isIn(Code.CONNECTION_LOST, Code.PARTLY_APPLIED);
        harbor.assertClean(pool);
        harbor.on(pool).apply();
        assertThat(harbor.tables()).containsExactly("a", "b", "c", "d");
        harbor.assertClean(pool);
    }

    private void end(String which) {
        Awaitility.await()
                .until(() -> !harbor.rows(
                                "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()"
                                        + " and datname = current_database() and " + which)
                        .isEmpty());
    }

    @Test
    void interrupted_thread_stops_waiting_and_keeps_its_flag() throws Exception {
        HikariDataSource pool = harbor.pool(3);
        Thread.currentThread().interrupt();
        Problem problem = Harbor.problem(() -> harbor.on(pool).apply());
        assertThat(Thread.interrupted()).isTrue();
        assertThat(problem.code()).isIn(Code.CONNECTION_FAILED, Code.RUNNER_LOCK_HELD);
        harbor.assertClean(pool);
        assertThat(harbor.on(pool).apply().names()).containsExactly("1", "2");
    }

    @Test
    void thread_that_is_interrupted_while_another_run_works_lets_go_of_all() throws Exception {
        harbor.migration(3, "select pg_sleep(2);", "select 1;");
        HikariDataSource pool = harbor.pool(4);
        var first = Harbor.inThread(() -> harbor.on(harbor.simple()).apply());
        Awaitility.await()
                .until(() -> !harbor.rows(
                                "select 1 from pg_stat_activity where query like '%pg_sleep(2)%' and pid <> pg_backend_pid()")
                        .isEmpty());
        var second = Harbor.inThread(() -> Harbor.problem(() -> harbor.on(pool)
                .listener(event -> Thread.currentThread().interrupt())
                .apply()));
        assertThat(second.get().code()).isEqualTo(Code.RUNNER_LOCK_HELD);
        assertThat(first.get().names()).hasSize(3);
        harbor.assertClean(pool);
    }

    @Test
    void two_roots_on_a_small_pool_end_with_one_that_applied() throws Exception {
        HikariConfig configuration = harbor.configuration(2);
        configuration.setConnectionTimeout(1000);
        HikariDataSource pool = harbor.pool(configuration);
        harbor.migration(3, "select pg_sleep(0.5);", "select 1;");
        var runs = List.of(
                Harbor.inThread(() -> attempt(pool)),
                Harbor.inThread(() -> attempt(pool)),
                Harbor.inThread(() -> attempt(pool)));
        List<String> ends = new ArrayList<>();
        for (var run : runs) {
            ends.add(run.get());
        }
        assertThat(ends).allMatch(end -> end.matches("[0-3]|POOL_TOO_SMALL|CONNECTION_FAILED"));
        harbor.on(pool).apply();
        assertThat(harbor.rows("select version from lockkeeper.history where state = 'applied'"))
                .containsExactly("1", "2", "3");
        harbor.assertClean(pool);
    }

    private String attempt(HikariDataSource pool) {
        try {
            return Integer.toString(harbor.on(pool).apply().names().size());
        } catch (dev.lockkeeper.problem.LockkeeperException e) {
            return e.problems().get(0).code().name();
        }
    }

    @Test
    void script_that_changes_the_encoding_between_its_statements_is_told_as_what_the_driver_refuses()
            throws SQLException {
        harbor.migration(
                3,
                "set client_encoding = 'LATIN1';\ncreate table c (id int);\ncreate index concurrently on c (id);",
                "drop table c;");
        HikariDataSource pool = harbor.pool(3);
        Problem problem = Harbor.problem(() -> harbor.on(pool).apply());
        assertThat(problem.code()).isIn(Code.DRIVER_REFUSED, Code.PARTLY_APPLIED);
        harbor.assertClean(pool);
        PGSimpleDataSource source = harbor.simple();
        source.setProperty("allowEncodingChanges", "true");
        harbor.on(source).apply();
        assertThat(harbor.tables()).containsExactly("a", "b", "c");
    }
}
