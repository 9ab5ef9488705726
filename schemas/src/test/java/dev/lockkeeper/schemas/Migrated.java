package dev.lockkeeper.schemas;

import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.embedded.Options;
import dev.lockkeeper.project.Secret;
import dev.lockkeeper.project.Target;
import dev.lockkeeper.stewardship.seed.SeedMode;
import dev.lockkeeper.stewardship.seed.SeedResult;
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
 * A database of its own for each test, copied from a template that holds a reference schema up to a version.
 *
 * <p>The server runs until the last test has ended. Its version is the newest, or the value of the system property
 * {@code lockkeeper.server.version}. Sessions have the time zone of the Java process.
 */
public final class Migrated implements BeforeEachCallback, AfterEachCallback {
    private static final String NOTHING = "0";

    private final Reference reference;
    private final @Nullable String version;
    private final List<Session> sessions = new ArrayList<>();
    private @Nullable Server server;
    private @Nullable String database;

    private Migrated(Reference reference, @Nullable String version) {
        this.reference = reference;
        this.version = version;
    }

    /** The only component of a project, with all of its migrations. */
    public static Migrated of(String project) {
        return new Migrated(Reference.of(project), null);
    }

    public static Migrated of(String project, String component) {
        return new Migrated(Reference.of(project, component), null);
    }

    /** The same up to a version; 0 stands for none of its migrations. */
    public Migrated to(String last) {
        return new Migrated(reference, last);
    }

    public Reference reference() {
        return reference;
    }

    /** Work that a session of a crowd does. */
    public interface Task<T> {
        T in(Session session) throws Exception;
    }

    /** Opens a session, closed after the test. */
    public Session session() throws SQLException {
        Session session = new Session(server().postgres.connect(database()));
        synchronized (sessions) {
            sessions.add(session);
        }
        return session;
    }

    /** Opens a session of the product, closed by whoever has asked for it. */
    public dev.lockkeeper.database.Session ours() {
        EmbeddedPostgres postgres = server().postgres;
        return dev.lockkeeper.database.Session.open(
                new Target(
                        "127.0.0.1",
                        postgres.port(),
                        database(),
                        postgres.user(),
                        new Secret(postgres.password()),
                        Map.of()),
                "test");
    }

    /** Runs the seeds of the project, in the order of their names, each as one transaction. */
    public void seed(Session session) throws SQLException {
        for (String seed : reference.seeds()) {
            session.script(seed);
        }
    }

    /** Brings a package of seeds, whose keys are in these variables. */
    public SeedResult bring(String name, Map<String, String> variables) {
        return reference.bring(server().postgres, database(), name, SeedMode.RUN, variables);
    }

    /** The same with other values of tokens. */
    public SeedResult bring(String name, Map<String, String> variables, Map<String, String> tokens) {
        return new Reference(reference.project(), reference.component(), tokens)
                .bring(server().postgres, database(), name, SeedMode.RUN, variables);
    }

    /** Looks whether a package of seeds is there. */
    public boolean holds(String name, Map<String, String> variables) {
        return reference
                .bring(server().postgres, database(), name, SeedMode.CHECK, variables)
                .holds();
    }

    /** Goes up to a version. */
    public void up(String to) {
        reference.apply(server().postgres, database(), to);
    }

    /** Goes up to a version that failed before, now that its data are fixed. */
    public void retry(String to) {
        reference.retry(server().postgres, database(), to);
        up(to);
    }

    /** Takes the newest migration back. */
    public void down() {
        reference.rollback(server().postgres, database(), 1);
    }

    /** Runs the task in many sessions at once; they start when all of them are connected. */
    public <T> List<T> crowd(int size, Task<T> task) throws Exception {
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
    public <T> Future<T> blocked(Session session, Task<T> task) throws SQLException {
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
        database = server.postgres.createDatabase(server.template(reference, version));
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
        private final Map<String, String> templates = new HashMap<>();

        synchronized String template(Reference reference, @Nullable String version) throws SQLException {
            String key = reference + " " + version;
            String known = templates.get(key);
            if (known != null) {
                return known;
            }
            String template = postgres.createDatabase();
            try (Session session = new Session(postgres.connect(template))) {
                reference.prelude(session);
            }
            if (version == null) {
                reference.apply(postgres, template);
            } else if (!version.equals(NOTHING)) {
                reference.apply(postgres, template, version);
            }
            templates.put(key, template);
            return template;
        }

        @Override
        public void close() {
            postgres.close();
        }
    }
}
