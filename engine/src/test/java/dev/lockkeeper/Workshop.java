package dev.lockkeeper;

import dev.lockkeeper.apply.Event;
import dev.lockkeeper.apply.Repair;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.plan.Plan;
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
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;

/** A folder of migrations and an empty database, gone after the test. */
final class Workshop implements AutoCloseable {
    private final EmbeddedPostgres server;
    private final Path folder;
    private final String database;

    Workshop(EmbeddedPostgres server, Path folder) {
        this.server = server;
        this.folder = folder;
        this.database = server.createDatabase();
    }

    Path folder() {
        return folder;
    }

    /** Writes V-number up and down scripts. */
    Workshop migration(int version, String up, String down) {
        return write("V" + version + "__m" + version + ".sql", up)
                .write("U" + version + "__m" + version + ".sql", down);
    }

    Workshop write(String name, String content) {
        return write(name, content.getBytes(StandardCharsets.UTF_8));
    }

    Workshop write(String name, byte[] content) {
        try {
            Path file = folder.resolve(name);
            Files.createDirectories(file.resolveSibling("."));
            Files.write(file, content);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void delete(String name) {
        try {
            Files.delete(folder.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Folder folder(@Nullable Convention convention, Tokens tokens) {
        return new Folder("main", folder, convention, tokens);
    }

    Target target() {
        return new TargetResolver(Map.of(
                        "PGHOST", "127.0.0.1",
                        "PGPORT", Integer.toString(server.port()),
                        "PGUSER", server.user(),
                        "PGPASSWORD", server.password(),
                        "PGDATABASE", database))
                .resolve(null, new Environment("local", null, null, Map.of()), null);
    }

    Lockkeeper lockkeeper(Policy policy, Tokens tokens) {
        return Lockkeeper.of(folder(Convention.FLYWAY, tokens), target(), "lockkeeper", policy);
    }

    Lockkeeper lockkeeper() {
        return lockkeeper(Policy.strict(), Tokens.none());
    }

    Plan run(Request request) {
        return run(lockkeeper(), request);
    }

    static Plan run(Lockkeeper lockkeeper, Request request) {
        return lockkeeper.run(request, Duration.ofSeconds(30), event -> {});
    }

    /** Starts work in a thread of its own: the common pool of two cores has room for one that waits. */
    static CompletableFuture<Void> inThread(Runnable work) {
        return CompletableFuture.runAsync(work, thread -> new Thread(thread).start());
    }

    Plan apply() {
        return run(Request.apply());
    }

    /** Says that a failed step may be tried again as it is. */
    Workshop retry(String name) {
        lockkeeper().repair(new Repair(name, Repair.Action.RETRY, "test"), Duration.ofSeconds(30), holder -> {});
        return this;
    }

    /** The manners in which the steps of an apply ran. */
    List<String> manners() {
        List<String> manners = new java.util.ArrayList<>();
        lockkeeper().run(Request.apply(), Duration.ofSeconds(30), event -> {
            if (event instanceof Event.StepFinished finished) {
                manners.add(finished.manner().name());
            }
        });
        return manners;
    }

    Person session() {
        return new Person(connect());
    }

    /** A session for Lockkeeper's own SQL. */
    Session own() {
        return Session.over(connect());
    }

    private java.sql.Connection connect() {
        try {
            return server.connect(database);
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    void execute(String sql) {
        try (Person session = session()) {
            session.execute(sql);
        }
    }

    /** The rows of a query, columns parted by bars. */
    List<String> rows(String sql) {
        try (Person session = session()) {
            return session.query(sql).stream()
                    .map(row -> Arrays.stream(row).map(String::valueOf).collect(Collectors.joining("|")))
                    .toList();
        }
    }

    /** Version and state of the history's rows in the order in which they were written. */
    List<String> history() {
        return rows("select version, state from lockkeeper.history order by id");
    }

    List<String> tables() {
        return rows(
                "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1");
    }

    /** The problems that end the work. */
    List<Problem> problems(Runnable work) {
        return problemsOf(work);
    }

    static List<Problem> problemsOf(Runnable work) {
        LockkeeperException thrown = Assertions.catchThrowableOfType(LockkeeperException.class, work::run);
        Assertions.assertThat(thrown).as("a problem").isNotNull();
        return thrown.problems();
    }

    /** The one problem that ends the work. */
    Problem problem(Runnable work) {
        List<Problem> problems = problems(work);
        Assertions.assertThat(problems).hasSize(1);
        return problems.get(0);
    }

    /** The place of a problem, relative to the folder. */
    String place(Problem problem) {
        return String.valueOf(problem.place()).replace(folder + "/", "");
    }

    @Override
    public void close() throws IOException {
        server.dropDatabase(database);
        try (Stream<Path> walk = Files.walk(folder)) {
            for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
