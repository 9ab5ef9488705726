package dev.lockkeeper.cli;

import dev.lockkeeper.database.RunnerLock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * A project of three migrations, an empty database behind a proxy, and a gate at which scripts wait as long as a test
 * session holds an advisory lock.
 */
final class CrashSite implements AutoCloseable {
    private static final int GATE = 4242;
    private static final String GATES = """
            create schema gate;
            create function gate.pass() returns void language plpgsql as $$ begin
                while exists (select from pg_catalog.pg_locks where locktype = 'advisory' and objid = %d and granted and
                        database = (select oid from pg_catalog.pg_database where datname = current_database())) loop
                    perform pg_catalog.pg_sleep(0.01);
                end loop;
            end $$;
            create function gate.slow(n int) returns int language plpgsql immutable as $$ begin
                perform gate.pass();
                return n;
            end $$;
            create function gate.row() returns trigger language plpgsql as $$ begin
                perform gate.pass();
                return new;
            end $$;
            """.formatted(GATE);
    private static final String FIRST = """
            create schema app;
            create table app.t (id int primary key, n int);
            insert into app.t select g, g %% 7 from generate_series(1, 100) g;
            create index t_n on app.t (n);
            create table app.p (id int) partition by list (id);
            create table app.p1 partition of app.p for values in (1);
            create table app.v (n int);
            insert into app.v values (1);
            create index v_slow on app.v (gate.slow(n));
            """.replace("%%", "%");

    /** All that the scripts can change, and the history. */
    private static final String STATE =
            "select format('%s %s %s', relkind, relname, relispartition) as line from pg_class where relnamespace ="
                    + " 'app'::regnamespace union all select format('%s %s', pg_get_indexdef(indexrelid), indisvalid)"
                    + " from pg_index join pg_class c on c.oid = indexrelid where relnamespace = 'app'::regnamespace"
                    + " union all select format('%s rows %s', count(*), sum(n)) from app.t"
                    + " union all select format('pending %s', inhdetachpending) from pg_inherits where"
                    + " inhrelid::regclass::text like 'app.%'"
                    + " union all select format('history %s %s %s', row_number() over (order by id), version, state)"
                    + " from lockkeeper.history order by line";

    private static final String SESSIONS = "select format('%s: %s', application_name, query) from pg_stat_activity"
            + " where datname = current_database() and application_name like 'lockkeeper%'";
    private static final String LOCKS = "select objid from pg_locks where locktype = 'advisory' and database ="
            + " (select oid from pg_database where datname = current_database())";

    private final RestartableServer server;
    private final Proxy proxy;
    private final Path folder;
    private final String database;
    private final List<Connection> holders = new ArrayList<>();
    private int port;

    CrashSite(RestartableServer server) {
        this.server = server;
        this.database = server.createDatabase();
        this.proxy = new Proxy(server.port());
        this.port = proxy.port();
        try {
            this.folder = Files.createTempDirectory("crash").toRealPath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        write("lockkeeper.yaml", "project: crash\nmigrations: migrations\nconvention: flyway\n");
        migration(1, FIRST, "drop schema app cascade;\n");
        migration(3, "create table app.step_three (id int);\n", "drop table app.step_three;\n");
        execute(GATES);
    }

    Proxy proxy() {
        return proxy;
    }

    RestartableServer server() {
        return server;
    }

    /** From now on commands go to another port. */
    CrashSite through(int other) {
        port = other;
        return this;
    }

    /** From now on commands go to the server itself. */
    CrashSite direct() {
        return through(server.port());
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    CrashSite write(String name, String content) {
        try {
            Path file = folder.resolve(name);
            Files.createDirectories(file.resolveSibling("."));
            Files.writeString(file, content);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    CrashSite migration(int version, String up, String down) {
        return write("migrations/V" + version + "__m.sql", up).write("migrations/U" + version + "__m.sql", down);
    }

    Map<String, String> variables() {
        return Map.of(
                "LOCKKEEPER_DATABASE_URL",
                "postgresql://" + server.user() + "@127.0.0.1:" + port + "/" + database + "?socketTimeout=3",
                "PGPASSWORD",
                server.password());
    }

    private List<String> arguments(String command) {
        List<String> arguments = new ArrayList<>(List.of(command.split(" ")));
        arguments.addAll(List.of("--project", folder.toString()));
        return arguments;
    }

    /** Runs a command to its end. */
    Desk.Outcome run(String command) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exitCode;
        try (PrintStream o = new PrintStream(out, true, StandardCharsets.UTF_8);
                PrintStream e = new PrintStream(err, true, StandardCharsets.UTF_8)) {
            exitCode = new CommandLineInterface(variables(), new Properties(), o, e)
                    .run(arguments(command).toArray(String[]::new));
        }
        return new Desk.Outcome(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** Starts a command in a thread of its own. */
    CompletableFuture<Desk.Outcome> start(String command) {
        return CompletableFuture.supplyAsync(() -> run(command), work -> new Thread(work, "run").start());
    }

    /** Starts a command in a process of its own. */
    Process startProcess(String command) {
        try {
            return ChildProcess.start(variables(), arguments(command));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void execute(String sql) {
        server.execute(database, sql);
    }

    List<String> rows(String sql) {
        return server.rows(database, sql);
    }

    /** Waits until a query has a row. */
    void await(String sql) {
        Awaitility.await()
                .pollInSameThread()
                .pollInterval(Duration.ofMillis(10))
                .atMost(Duration.ofSeconds(60))
                .until(() -> !rows(sql).isEmpty());
    }

    /** Opens a session that holds something until {@link #letGo}. */
    void hold(String sql) {
        try {
            Connection connection = server.connect(database);
            holders.add(connection);
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Runs something in the session that was opened last. */
    void inHolder(String sql) {
        try (Statement statement = holders.get(holders.size() - 1).createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    void closeGate() {
        hold("select pg_advisory_lock(" + GATE + ")");
    }

    void holdRunnerLock() {
        hold(new RunnerLock("lockkeeper", "main").trySql());
    }

    void letGo() {
        for (Connection holder : holders) {
            try {
                holder.close();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
        holders.clear();
    }

    /** Chooses the sessions of pg_stat_activity with a part in the run: control, work or watch. */
    static String sessions(String role) {
        String which = switch (role) {
            case "control" -> "application_name not like '%(work)' and application_name not like '%(look)'";
            case "work" -> "application_name like '%(work)'";
            default -> "application_name like '%(look)'";
        };
        return "from pg_stat_activity a where datname = current_database() and application_name like 'lockkeeper%' and "
                + which;
    }

    void terminate(String role) {
        await("select pg_terminate_backend(pid, 10000) " + sessions(role));
    }

    List<String> state() {
        return rows(STATE);
    }

    /** Whether the history says that the second migration is applied. */
    boolean isRecorded() {
        return !rows("select 1 from lockkeeper.history where version = '2' and state = 'applied'")
                .isEmpty();
    }

    /** Whether the last statement of the second migration is in effect. */
    boolean isInEffect() {
        return rows("select to_regclass('app.step_two') is not null").contains("t");
    }

    /** Waits until the server has noticed the end of all sessions of a run. */
    void awaitNoSessions() {
        awaitNone(SESSIONS);
    }

    void awaitNothingLeft() {
        awaitNone(SESSIONS);
        awaitNone(LOCKS);
    }

    private void awaitNone(String sql) {
        Awaitility.await()
                .pollInSameThread()
                .pollInterval(Duration.ofMillis(20))
                .atMost(Duration.ofSeconds(30))
                .until(() -> rows(sql), List::isEmpty);
    }

    @Override
    public void close() throws IOException {
        letGo();
        proxy.close();
        server.dropDatabase(database);
        try (Stream<Path> walk = Files.walk(folder)) {
            for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
