package dev.lockkeeper.together;

import dev.lockkeeper.Lockkeeper;
import dev.lockkeeper.apply.Event;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.plan.Policy;
import dev.lockkeeper.plan.Request;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Environment;
import dev.lockkeeper.project.Target;
import dev.lockkeeper.project.TargetResolver;
import dev.lockkeeper.source.Convention;
import dev.lockkeeper.source.Folder;
import dev.lockkeeper.source.Tokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;

/**
 * A database in which scripts wait at a gate, and somebody who looks all the time how many scripts are at work. A statement
 * of a script is known by a mark in its text, for a script may change everything else that its session is known by.
 */
final class Site implements AutoCloseable {
    /** In the middle of each statement that counts as work. */
    static final String MARK = "/* script_mark */";

    /** Waits for the gate without a limit of its own, and cannot be told from other work. */
    static final String GATE = "select " + MARK + " pg_catalog.pg_advisory_xact_lock_shared(99)";

    private static final String AT_WORK = "select pid from pg_catalog.pg_stat_activity where datname ="
            + " pg_catalog.current_database() and state = 'active' and query like '%script\\_mark%' and pid <>"
            + " pg_catalog.pg_backend_pid()";

    private final EmbeddedPostgres server;
    private final String database;
    private final Path folder;
    private Connection gate;
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicReference<List<String>> worst = new AtomicReference<>(List.of());
    private final Thread watcher;

    Site(EmbeddedPostgres server, Path folder) throws SQLException {
        this.server = server;
        this.folder = folder;
        database = server.createDatabase();
        execute(
                "create table public.done (what text); grant all on public.done to public; grant create on schema public"
                        + " to public; grant create on database " + database + " to public");
        gate = shut();
        watcher = new Thread(this::watch, "watcher");
        watcher.start();
    }

    private Connection shut() throws SQLException {
        Connection connection = server.connect(database);
        run(connection, "select pg_advisory_lock(99)");
        return connection;
    }

    /** Lets the server restart as after a crash, and shuts the gate again as soon as it is there. */
    void crash(String pid) {
        ProcessHandle.of(Long.parseLong(pid)).orElseThrow().destroyForcibly();
        Awaitility.await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> {
            gate.isValid(1);
            gate = shut();
            return true;
        });
    }

    /** The process that waits at the gate. */
    String atGate() throws SQLException {
        return rows(AT_WORK).get(0);
    }

    private void watch() {
        while (!over.get()) {
            look();
        }
    }

    private void look() {
        try (Connection connection = server.connect(database)) {
            while (!over.get()) {
                List<String> now = rows(connection, AT_WORK);
                // leaves the processors to those who are watched
                rows(connection, "select pg_catalog.pg_sleep(0.003)");
                if (now.size() > worst.get().size()) {
                    worst.set(now);
                }
            }
        } catch (SQLException ended) {
            // the server was stopped, or restarts
        }
    }

    /** The most sessions that were seen at work at the same time. */
    int atOnce() {
        return worst.get().size();
    }

    String database() {
        return database;
    }

    void migration(int version, String up) throws IOException {
        Path migrations = Files.createDirectories(folder.resolve("migrations"));
        Files.writeString(migrations.resolve("V" + version + "__m" + version + ".sql"), up);
        Files.writeString(migrations.resolve("U" + version + "__m" + version + ".sql"), "select 1;\n");
    }

    void openGate() throws SQLException {
        run(gate, "select pg_advisory_unlock(99)");
    }

    /** Waits until a script of the run waits at the gate; a run that ends before that is a mistake of the test. */
    void awaitAtGate(Run run) throws Exception {
        String atGate = "select 1 from (" + AT_WORK
                + ") w join pg_catalog.pg_locks l using (pid) where l.locktype = 'advisory' and not l.granted";
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> run.outcome().isDone() || !rows(atGate).isEmpty());
        if (run.outcome().isDone()) {
            throw new AssertionError("never came to the gate: " + run.end() + " " + run.problems());
        }
    }

    void await(String sql) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> !rows(sql).isEmpty());
    }

    /** A run in a thread of its own. */
    record Run(CompletableFuture<String> outcome, List<Event> events, List<Problem> problems) {
        /** Whether it has ended, waits for another, or runs a script. */
        boolean hasArrived() {
            return outcome.isDone()
                    || events.stream().anyMatch(e -> e instanceof Event.Waiting || e instanceof Event.StepStarted);
        }

        String end() throws Exception {
            return outcome.get(120, java.util.concurrent.TimeUnit.SECONDS);
        }
    }

    Run start(Target target, String schema) {
        List<Event> events = new java.util.concurrent.CopyOnWriteArrayList<>();
        List<Problem> problems = new java.util.concurrent.CopyOnWriteArrayList<>();
        Lockkeeper lockkeeper = Lockkeeper.of(
                new Folder("main", folder.resolve("migrations"), Convention.FLYWAY, Tokens.none()),
                target,
                schema,
                Policy.strict());
        return new Run(
                CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                return "done "
                                        + lockkeeper
                                                .run(Request.apply(), Duration.ofSeconds(60), events::add)
                                                .steps()
                                                .size();
                            } catch (LockkeeperException e) {
                                problems.addAll(e.problems());
                                return e.problems().get(0).code().slug();
                            }
                        },
                        Site::inBackground),
                events,
                problems);
    }

    /** A run that was cut off looks for its server for half a minute; nobody waits for it. */
    private static void inBackground(Runnable work) {
        Thread thread = new Thread(work, "run");
        thread.setDaemon(true);
        thread.start();
    }

    Target target(int port, String user, String password) {
        return new TargetResolver(Map.of(
                        "PGHOST", "127.0.0.1",
                        "PGPORT", Integer.toString(port),
                        "PGUSER", user,
                        "PGPASSWORD", password,
                        "PGDATABASE", database))
                .resolve(null, new Environment("local", null, null, Map.of()), null);
    }

    Target target(int port) {
        return target(port, server.user(), server.password());
    }

    void execute(String sql) throws SQLException {
        try (Connection connection = server.connect(database)) {
            run(connection, sql);
        }
    }

    List<String> rows(String sql) throws SQLException {
        try (Connection connection = server.connect(database)) {
            return rows(connection, sql);
        }
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(sql);
        }
    }

    private static List<String> rows(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet set = statement.executeQuery(sql)) {
            List<String> rows = new ArrayList<>();
            while (set.next()) {
                rows.add(set.getString(1));
            }
            return rows;
        }
    }

    @Override
    public void close() throws SQLException {
        over.set(true);
        gate.close();
        try {
            watcher.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        server.dropDatabase(database);
    }
}
