package dev.lockkeeper.stewardship.seed;

import dev.lockkeeper.Lockkeeper;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.embedded.Options;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Component;
import dev.lockkeeper.project.Environment;
import dev.lockkeeper.project.Project;
import dev.lockkeeper.project.ProjectFile;
import dev.lockkeeper.project.Target;
import dev.lockkeeper.project.TargetResolver;
import dev.lockkeeper.source.Migrations;
import dev.lockkeeper.stewardship.Servers;
import dev.lockkeeper.stewardship.volume.VolumeProgress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/** A project with packages, and a database of its own for each test; the server lives as long as the test run. */
// the fields have values before each test
@SuppressWarnings("NullAway.Init")
final class Yard implements BeforeEachCallback, AfterEachCallback {
    private static final Namespace NAMESPACE = Namespace.create(Yard.class);

    final Map<String, String> variables = new HashMap<>();
    private EmbeddedPostgres server;
    private Path folder;
    private String database;
    private String user;

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        int version = Servers.version(context);
        server = context.getRoot()
                .getStore(NAMESPACE)
                .computeIfAbsent(
                        version, v -> EmbeddedPostgres.start(Options.version(version)), EmbeddedPostgres.class);
        folder = Files.createTempDirectory("seeds").toRealPath();
        database = server.createDatabase();
        user = server.user();
        write("migrations/V1__app.sql", "create schema app;\n").write("migrations/U1__app.sql", "drop schema app;\n");
        sql("create schema app");
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        server.dropDatabase(database);
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        }
    }

    Yard write(String name, String text) {
        try {
            Path file = folder.resolve(name);
            Files.createDirectories(file.resolveSibling("."));
            Files.writeString(file, text);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A project whose only package, called local-dev, has one file of YAML. */
    Yard yaml(String text) {
        return project("seeds:\n  local-dev:\n    files: [seed.yaml]\n").write("seed.yaml", text);
    }

    Yard project(String more) {
        return write("lockkeeper.yaml", "project: shop\nmigrations: migrations\nconvention: flyway\n" + more);
    }

    /** From now on whoever seeds connects as this role, which may do what the record needs. */
    Yard as(String role) {
        user = role;
        return this;
    }

    String password() {
        return server.password();
    }

    Target target() {
        return new TargetResolver(Map.of(
                        "PGHOST",
                        "127.0.0.1",
                        "PGPORT",
                        Integer.toString(server.port()),
                        "PGUSER",
                        user,
                        "PGPASSWORD",
                        server.password(),
                        "PGDATABASE",
                        database))
                .resolve(null, Environment.local(), null);
    }

    Lockkeeper lockkeeper() {
        Project project = ProjectFile.read(folder);
        Component component = project.components().get(0);
        return Lockkeeper.of(
                project,
                component,
                Migrations.read(project.folder(component, Environment.local(), Map.of())),
                target());
    }

    SeedResult seed() {
        return seed(SeedMode.RUN);
    }

    SeedResult seed(SeedMode mode) {
        return seed("local-dev", mode, VolumeProgress.NONE);
    }

    SeedResult seed(String name, SeedMode mode, VolumeProgress progress) {
        Project project = ProjectFile.read(folder);
        Component component = project.components().get(0);
        var seeds = component.seeds().stream()
                .filter(s -> s.name().equals(name))
                .findFirst()
                .orElseThrow();
        var tokens = project.folder(component, Environment.local(), Map.of()).tokens();
        return lockkeeper()
                .undertake(
                        Seeding.of(
                                seeds,
                                tokens.with(seeds.tokens()),
                                "local",
                                project.historySchema(),
                                variables,
                                mode,
                                session -> {},
                                progress),
                        Duration.ofSeconds(30),
                        holder -> {});
    }

    List<Problem> refused() {
        List<Problem> problems = new ArrayList<>();
        Assertions.assertThatThrownBy(this::seed)
                .isInstanceOfSatisfying(LockkeeperException.class, e -> problems.addAll(e.problems()));
        return problems;
    }

    Connection connect() throws SQLException {
        return server.connect(database);
    }

    Yard sql(String sql) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
            return this;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The rows of a query, columns parted by bars. */
    List<String> rows(String sql) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet set = statement.executeQuery(sql)) {
            List<String> rows = new ArrayList<>();
            while (set.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= set.getMetaData().getColumnCount(); i++) {
                    row.add(String.valueOf(set.getString(i)));
                }
                rows.add(String.join("|", row));
            }
            return rows;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
