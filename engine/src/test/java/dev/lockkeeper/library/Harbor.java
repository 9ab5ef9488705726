package dev.lockkeeper.library;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.assertj.core.api.Assertions;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.jdbc.AutoSave;
import org.postgresql.jdbc.PgConnection;
import org.postgresql.jdbc.PreferQueryMode;

/** An empty database, a folder of migrations, and DataSources that lead to the database. */
final class Harbor implements AutoCloseable {
    private final EmbeddedPostgres server;
    private final String database;
    private final Path folder;
    private final List<HikariDataSource> pools = new ArrayList<>();

    Harbor(EmbeddedPostgres server, Path folder) {
        this.server = server;
        this.folder = folder;
        this.database = server.createDatabase();
    }

    Path folder() {
        return folder;
    }

    String database() {
        return database;
    }

    Harbor migration(int version, String up, String down) {
        return write("V" + version + "__m" + version + ".sql", up)
                .write("U" + version + "__m" + version + ".sql", down);
    }

    Harbor write(String name, String content) {
        try {
            Files.writeString(folder.resolve(name), content);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    PGSimpleDataSource simple() {
        return at(server.port());
    }

    PGSimpleDataSource at(int port) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {"127.0.0.1"});
        source.setPortNumbers(new int[] {port});
        source.setDatabaseName(database);
        source.setUser(server.user());
        source.setPassword(server.password());
        return source;
    }

    HikariConfig configuration(int size) {
        HikariConfig configuration = new HikariConfig();
        configuration.setDataSource(simple());
        configuration.setMaximumPoolSize(size);
        configuration.setMinimumIdle(0);
        // a pool that is too small lets whoever asks for one more wait that long, which is long enough for a busy
        // machine
        configuration.setConnectionTimeout(TimeUnit.SECONDS.toMillis(5));
        return configuration;
    }

    HikariDataSource pool(int size) {
        return pool(configuration(size));
    }

    HikariDataSource pool(HikariConfig configuration) {
        HikariDataSource pool = new HikariDataSource(configuration);
        pools.add(pool);
        return pool;
    }

    Lockkeeper on(javax.sql.DataSource source) {
        return Lockkeeper.on(source).migrations(folder);
    }

    List<String> rows(String sql) {
        try (Connection connection = server.connect(database)) {
            return rows(connection, sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    static List<String> rows(Connection connection, String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            while (found.next()) {
                rows.add(found.getString(1));
            }
        }
        return rows;
    }

    void execute(String sql) {
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    List<String> tables() {
        return rows(
                "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1");
    }

    /** Nothing is lent any more, and every connection of the pool is as the pool makes it. */
    void assertClean(HikariDataSource pool) throws SQLException {
        Assertions.assertThat(pool.getHikariPoolMXBean().getActiveConnections())
                .as("connections that are lent")
                .isZero();
        List<Connection> all = new ArrayList<>();
        try {
            for (int i = 0; i < pool.getMaximumPoolSize(); i++) {
                Connection connection = pool.getConnection();
                all.add(connection);
                PgConnection driver = connection.unwrap(PgConnection.class);
                Assertions.assertThat(connection.getAutoCommit()).isEqualTo(pool.isAutoCommit());
                Assertions.assertThat(connection.getNetworkTimeout()).isZero();
                Assertions.assertThat(driver.getAutosave()).isEqualTo(AutoSave.NEVER);
                Assertions.assertThat(driver.getPreferQueryMode()).isEqualTo(PreferQueryMode.EXTENDED);
                Assertions.assertThat(rows(connection, "select current_setting('application_name')"))
                        .containsExactly("PostgreSQL JDBC Driver");
                Assertions.assertThat(rows(connection, "select current_setting('tcp_keepalives_idle') <> '30'"))
                        .containsExactly("t");
                Assertions.assertThat(rows(connection, "select count(*) from pg_prepared_statements where from_sql"))
                        .containsExactly("0");
                if (!connection.getAutoCommit()) {
                    connection.rollback();
                }
            }
        } finally {
            for (Connection connection : all) {
                connection.close();
            }
        }
        Assertions.assertThat(rows("select count(*) from pg_locks where locktype = 'advisory'"))
                .containsExactly("0");
    }

    static Problem problem(Runnable work) {
        LockkeeperException thrown = Assertions.catchThrowableOfType(LockkeeperException.class, work::run);
        Assertions.assertThat(thrown).as("a problem").isNotNull();
        Assertions.assertThat(thrown.problems()).hasSize(1);
        return thrown.problems().get(0);
    }

    /** Starts work in a thread of its own. */
    static <T> CompletableFuture<T> inThread(Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, task -> new Thread(task).start());
    }

    @Override
    public void close() {
        pools.forEach(HikariDataSource::close);
        server.dropDatabase(database);
    }
}
