package dev.lockkeeper.schemas.predictionmarket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lockkeeper.Lockkeeper;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.gate.EnvironmentGate;
import dev.lockkeeper.gate.EnvironmentRules;
import dev.lockkeeper.plan.Request;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Component;
import dev.lockkeeper.project.Environment;
import dev.lockkeeper.project.Project;
import dev.lockkeeper.project.ProjectFile;
import dev.lockkeeper.project.Target;
import dev.lockkeeper.project.TargetResolver;
import dev.lockkeeper.schemas.Reference;
import dev.lockkeeper.source.Migrations;
import dev.lockkeeper.source.ScriptReader;
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
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each of the four assertions that the project file declares, met by what it forbids. */
@Tag("PM-09")
final class SafetyAssertionsTest {
    private static @Nullable EmbeddedPostgres server;

    @TempDir
    private Path folder = Path.of("");

    private String database = "";

    @BeforeAll
    static void start() {
        server = EmbeddedPostgres.start();
    }

    @AfterAll
    static void stop() {
        server().close();
    }

    private static EmbeddedPostgres server() {
        return Objects.requireNonNull(server);
    }

    @BeforeEach
    void copy() throws SQLException, IOException {
        Path original = Reference.folder("prediction-market");
        try (Stream<Path> files = Files.walk(original)) {
            for (Path file : files.sorted().toList()) {
                Path to = folder.resolve(original.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(to);
                } else {
                    Files.copy(file, to);
                }
            }
        }
        database = server().createDatabase();
        try (Connection connection = server().connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(ScriptReader.read(folder.resolve("roles.sql")));
        }
    }

    private void more(String up) throws IOException {
        Files.writeString(folder.resolve("core/012_more.sql"), up + "\n\n-- rollback\n-- select 1;\n");
    }

    private void apply(String environment) {
        Project project = ProjectFile.read(folder);
        Environment named = new Environment(environment, null, null, Map.of());
        for (Component component : project.components()) {
            Target target = new TargetResolver(Map.of(
                            "PGHOST", "127.0.0.1",
                            "PGPORT", Integer.toString(server().port()),
                            "PGUSER", server().user(),
                            "PGPASSWORD", server().password(),
                            "PGDATABASE", database))
                    .resolve(null, named, null);
            Lockkeeper lockkeeper = Lockkeeper.of(
                    project, component, Migrations.read(project.folder(component, named, Map.of())), target);
            EnvironmentRules rules = EnvironmentRules.of(project, named, component);
            lockkeeper.run(
                    Request.apply(),
                    Duration.ofMinutes(1),
                    new EnvironmentGate(rules, lockkeeper.approvals()),
                    event -> {});
        }
    }

    private Problem refusal(String environment) {
        return catchThrowableOfType(LockkeeperException.class, () -> apply(environment))
                .problems()
                .get(0);
    }

    private List<String> versions() throws SQLException {
        try (Connection connection = server().connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "select version from lockkeeper.history where component = 'core' order by id")) {
            List<String> versions = new ArrayList<>();
            while (rows.next()) {
                versions.add(rows.getString(1));
            }
            return versions;
        }
    }

    @Test
    void the_project_as_it_is_holds_all_of_them() throws SQLException, IOException {
        apply("local");
        assertThat(versions()).hasSize(11);
    }

    @Test
    void production_and_what_may_be_production_are_not_written() throws SQLException, IOException {
        for (String environment : List.of("production", "blue")) {
            assertThat(refusal(environment).code().slug()).isEqualTo("environment-closed");
        }
        String yaml = Files.readString(folder.resolve("lockkeeper.yaml"));
        Files.writeString(folder.resolve("lockkeeper.yaml"), yaml.replace("staging-only: true\n", ""));
        assertThat(refusal("production").message())
                .isEqualTo("the project says no-production-write, so nothing is run in environment production");
    }

    @Test
    void nothing_is_run_that_no_person_has_approved() {
        assertThat(refusal("staging").code().slug()).isEqualTo("plan-needed");
        assertThat(refusal("staging").why()).isEqualTo("it demands an approval, and an approval is of a plan file");
    }

    @Test
    void a_migration_that_brings_rows_aborts() throws SQLException, IOException {
        String digest = "a".repeat(64);
        more(
                "insert into core.snapshots (id, url, fetched_at, content_type, byte_size, content_digest, object_store_path)"
                        + " values (core.snapshot_id('https://example.org/', '2026-01-01Z'), 'https://example.org/', '2026-01-01Z',"
                        + " 'text/html', 1, 'sha256:" + digest + "', 'x/" + digest + "');");
        Problem problem = refusal("local");
        assertThat(problem.code().slug()).as(problem.toString()).isEqualTo("assertion-failed");
        assertThat(problem.message()).isEqualTo("no-seed-data: rows were brought into core.snapshots");
        assertThat(versions()).hasSize(11);
    }

    @Test
    void a_migration_after_which_events_need_no_snapshots_aborts() throws SQLException, IOException {
        more("alter table core.events drop constraint events_snapshot_ids_are_a_set;");
        Problem problem = refusal("local");
        assertThat(problem.code().slug()).as(problem.toString()).isEqualTo("assertion-failed");
        assertThat(problem.message()).isEqualTo("assertion uses-snapshot-ids-for-provenance does not hold: false");
        more("alter table core.event_snapshots drop constraint event_snapshots_snapshot_id_fkey;");
        assertThat(refusal("local").message()).contains("uses-snapshot-ids-for-provenance does not hold");
        assertThat(versions()).hasSize(11);
    }
}
