package dev.lockkeeper.schemas.playerengagement;

import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.embedded.Options;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * A database of its own for each test, copied from a template that holds the migrations up to a version.
 *
 * <p>The server runs until the last test has ended. Its version is the newest, or the value of the system property
 * {@code lockkeeper.server.version}.
 */
final class Migrated implements BeforeEachCallback, AfterEachCallback {
    private final int version;
    private final List<Session> sessions = new ArrayList<>();
    private @Nullable Server server;
    private @Nullable String database;

    private Migrated(int version) {
        this.version = version;
    }

    static Migrated toNewest() {
        return new Migrated(Migrations.NEWEST);
    }

    static Migrated to(int version) {
        return new Migrated(version);
    }

    /** Work that a session of a crowd does. */
    interface Task<T> {
        T in(Session session) throws Exception;
    }

    /** Opens a session, closed after the test. */
    Session session() throws SQLException {
        Session session = new Session(server().postgres.connect(database()));
        synchronized (sessions) {
            sessions.add(session);
        }
        return session;
    }

    void up(int to) throws SQLException {
        server().migrate(database(), connection -> new Migrations("xp").up(connection, to));
    }

    void down(int from) throws SQLException {
        server().migrate(database(), connection -> new Migrations("xp").down(connection, from));
    }

    /** Runs the task in many sessions at once; they start when all of them are connected. */
    <T> List<T> crowd(int size, Task<T> task) throws Exception {
        CyclicBarrier start = new CyclicBarrier(size);
        List<Callable<T>> calls = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            Session session = session();
            calls.add(() -> {
                start.await();
                return task.in(session);
            });
        }
        ExecutorService threads = Executors.newFixedThreadPool(size);
        try {
            List<T> results = new ArrayList<>();
            for (Future<T> result : threads.invokeAll(calls)) {
                results.add(result.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }

    /** Starts the task in another thread and returns when its session waits for a lock. */
    <T> Future<T> blocked(Session session, Task<T> task) throws SQLException {
        int pid = session.pid();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        Future<T> result = thread.submit(() -> task.in(session));
        thread.shutdown();
        Session observer = session();
        Awaitility.await().until(() -> {
            if (result.isDone()) {
                throw new AssertionError("did not wait: " + result.get());
            }
            return observer.number("select cardinality(pg_blocking_pids(?))", pid) > 0;
        });
        return result;
    }

    @Override
    public void beforeEach(ExtensionContext context) throws SQLException {
        server = context.getRoot()
                .getStore(Namespace.create(Migrated.class))
                .computeIfAbsent("server", key -> new Server(), Server.class);
        database = server.postgres.createDatabase(server.template(version));
    }

    @Override
    public void afterEach(ExtensionContext context) throws SQLException {
        for (Session session : sessions) {
            session.close();
        }
        if (server != null && database != null) {
            server.postgres.dropDatabase(database);
        }
    }

    private Server server() {
        if (server == null) {
            throw new IllegalStateException("outside of a test");
        }
        return server;
    }

    private String database() {
        if (database == null) {
            throw new IllegalStateException("outside of a test");
        }
        return database;
    }

    private static final class Server implements AutoCloseable {
        // a test holds a hundred sessions and a few more
        private final EmbeddedPostgres postgres = EmbeddedPostgres.start(
                Options.version(Integer.getInteger("lockkeeper.server.version", Options.NEWEST_VERSION))
                        .withSetting("max_connections", "120"));
        private final Map<Integer, String> templates = new HashMap<>();

        interface Migration {
            void on(Connection connection) throws SQLException;
        }

        void migrate(String database, Migration migration) throws SQLException {
            try (Connection connection = postgres.connect(database)) {
                migration.on(connection);
            }
        }

        synchronized String template(int version) throws SQLException {
            String known = templates.get(version);
            if (known != null) {
                return known;
            }
            String template = version == 0 ? postgres.createDatabase() : postgres.createDatabase(template(version - 1));
            if (version > 0) {
                migrate(template, connection -> new Migrations("xp").up(connection, version));
            }
            templates.put(version, template);
            return template;
        }

        @Override
        public void close() {
            postgres.close();
        }
    }
}
