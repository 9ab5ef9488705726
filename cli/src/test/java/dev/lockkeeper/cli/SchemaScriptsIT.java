package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Scripts, targets, the workflow and the runbook of inference-platform, in a copy of it whose path has a blank, from another folder. */
@Tag("USE-06")
class SchemaScriptsIT {
    private static final Path SCHEMA = Document.ROOT.resolve("schemas/inference-platform");

    private static EmbeddedPostgres server;

    @TempDir
    private Path folder = Path.of("");

    private final Map<String, String> variables = new TreeMap<>();
    private Path copy = Path.of("");
    private String database = "";

    @BeforeAll
    static void start() {
        server = EmbeddedPostgres.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void copy() throws IOException, SQLException {
        copy = folder.resolve("my schema");
        try (Stream<Path> files = Files.walk(SCHEMA)) {
            for (Path file : files.toList()) {
                Path to = copy.resolve(SCHEMA.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(to);
                } else {
                    Files.copy(file, to);
                }
            }
        }
        database = server.createDatabase();
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(Files.readString(SCHEMA.resolve("roles.sql")));
        }
        Files.writeString(
                copy.resolve("configs/migrate.env"),
                Files.readString(copy.resolve("configs/migrate.example.env"))
                        .replace("localhost", "127.0.0.1")
                        .replace("5432", Integer.toString(server.port()))
                        .replace("=migrator", "=" + server.user())
                        .replace("=inference", "=" + database)
                        .replaceAll("#LOCKKEEPER=.*", "LOCKKEEPER='" + Document.ROOT.resolve("lockkeeper") + "'"));
        variables.put("PGPASSWORD", server.password());
    }

    private Desk.Outcome type(Path where, String command) throws IOException, InterruptedException {
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", command)
                .directory(where.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        builder.environment().putAll(variables);
        int exitCode = builder.start().waitFor();
        return new Desk.Outcome(exitCode, Files.readString(out), Files.readString(err));
    }

    /** From a folder that has nothing to do with it. */
    private Desk.Outcome script(String line) throws IOException, InterruptedException {
        return type(folder, "'" + copy + "'/scripts/db/" + line);
    }

    private static String done(Desk.Outcome outcome) {
        assertThat(outcome.exitCode()).as(outcome.out() + outcome.err()).isZero();
        return outcome.out();
    }

    @Test
    void scripts_take_the_databases_up_and_back_and_keep_exit_codes() throws Exception {
        assertThat(done(script("status.sh"))).contains("pending");
        assertThat(script("status.sh --check").exitCode()).isEqualTo(3);
        assertThat(script("status.sh --environment nowhere").exitCode()).isEqualTo(2);
        done(script("apply.sh"));
        done(script("status.sh --check"));
        done(script("validate-schema.sh"));
        assertThat(script("rollback.sh --steps none").exitCode()).isEqualTo(2);
        done(script("rollback.sh --component analytics --steps 1 --yes"));
        assertThat(script("status.sh --check").exitCode()).isEqualTo(3);
        assertThat(script("apply.sh --environment production").exitCode()).isEqualTo(4);
    }

    @Test
    void scripts_run_nothing_where_nobody_names_an_environment() throws Exception {
        Path settings = copy.resolve("configs/migrate.env");
        Files.writeString(settings, Files.readString(settings).replace("MIGRATE_ENVIRONMENT=local", ""));
        for (String script : List.of("apply.sh", "rollback.sh --yes", "status.sh", "lockkeeper.sh plan")) {
            Desk.Outcome refused = script(script);
            assertThat(refused.exitCode()).as(script).isEqualTo(2);
            assertThat(refused.err()).contains("MIGRATE_ENVIRONMENT", "configs/migrate.yaml");
        }
        done(script("status.sh --environment ci"));
        variables.put("MIGRATE_ENVIRONMENT", "staging");
        assertThat(script("apply.sh").exitCode()).isEqualTo(4);
    }

    @Test
    void settings_are_read_and_not_run() throws Exception {
        Path settings = copy.resolve("configs/migrate.env");
        String good = Files.readString(settings);
        Path show = Files.writeString(folder.resolve("show"), "#!/bin/sh\nenv\n");
        assertThat(show.toFile().setExecutable(true)).isTrue();
        String odd = "a&b;$(touch gone) `x` \"y' # z";
        Files.writeString(
                settings,
                good + "PGPASSWORD='" + server.password() + "'\r\nODD=" + odd + "\nLOCKKEEPER=" + show + "\n");
        assertThat(done(script("lockkeeper.sh lint")))
                .contains("ODD=" + odd + "\n", "PGPASSWORD=" + server.password() + "\n");
        for (String line : List.of("root=/etc", "secret word", "=x", "export PGHOST=x")) {
            Files.writeString(settings, good + line + "\n");
            Desk.Outcome refused = script("status.sh");
            assertThat(refused.exitCode()).as(line).isEqualTo(2);
            assertThat(refused.err()).contains("is no NAME=VALUE").doesNotContain("secret");
        }
    }

    @Test
    void launcher_that_is_not_there_is_told_with_the_way_to_name_it() throws Exception {
        Path settings = copy.resolve("configs/migrate.env");
        Files.writeString(
                settings, Files.readString(settings).replaceAll("(?m)^LOCKKEEPER=.*", "LOCKKEEPER='/opt/no where'"));
        Desk.Outcome nowhere = script("status.sh");
        assertThat(nowhere.err()).contains("error: there is no program /opt/no where", "set LOCKKEEPER to its path");
        assertThat(nowhere.exitCode()).isEqualTo(127);
    }

    @Test
    void script_that_is_reached_by_a_link_works_on_its_own_project() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("state"), copy.resolve("scripts/db/status.sh"));
        assertThat(done(type(folder, "./" + link.getFileName()))).contains("operational", "analytics");
    }

    @Test
    void targets_of_the_makefile_pass_arguments_on_and_leave_documents_as_they_are() throws Exception {
        String make = "make -f '" + copy + "/Makefile' ";
        done(type(folder, make + "db-migrate-status"));
        Desk.Outcome behind = type(folder, make + "db-migrate-status ARGS='--check --component analytics'");
        assertThat(behind.exitCode()).isEqualTo(2);
        assertThat(behind.err()).contains("Error 3");
        Desk.Outcome unread = type(folder, make + "db-migrate-status ENV=staging");
        assertThat(unread.exitCode()).isEqualTo(2);
        assertThat(unread.err()).contains("ENV is not read: say ARGS='--environment staging'");
        done(type(folder, "ENV=profile " + make + "db-migrate-status"));
        assertThat(done(type(folder, make + "db-docs-generate"))).contains(" 0 written, 0 removed");
    }

    @Test
    void release_notes_that_are_kept_are_what_the_migrations_say() throws Exception {
        for (String[] release : new String[][] {
            {"operational", "202511010950", "202512010920"},
            {"analytics", "202601160900", "202602020900"}
        }) {
            assertThat(done(type(
                            folder,
                            "make -f '%s/Makefile' db-release-notes ARGS='--component %s --from %s --to %s'"
                                    .formatted(copy, release[0], release[1], release[2]))))
                    .isEqualTo(Files.readString(
                            SCHEMA.resolve("docs/release-notes/" + release[0] + "-" + release[2] + ".md")));
        }
    }

    @Test
    void runbook_can_be_followed_from_its_first_line_to_its_last() throws Exception {
        Files.createSymbolicLink(folder.resolve("lockkeeper"), Document.ROOT.resolve("lockkeeper"));
        int typed = 0;
        for (Document.Block block : Document.named("schemas/inference-platform/docs/runbooks/migrations.md")
                .blocks()) {
            for (String line : block.lines()) {
                // which the workflow types too, and which takes long
                if (!line.equals("scripts/db/smoke-test.sh")) {
                    done(type(copy, line));
                }
                typed++;
            }
        }
        assertThat(typed).isEqualTo(11);
    }

    @Test
    void workflow_names_each_environment_and_its_commands_pass() throws Exception {
        Map<?, ?> jobs = (Map<?, ?>) CiFilesIT.at(yaml(".github/workflows/db-guardrails.yml"), "jobs");
        assertThat((List<?>) CiFilesIT.at(jobs, "migrations", "strategy", "matrix", "environment"))
                .isEqualTo(new ArrayList<>(((Map<?, ?>) yaml("configs/migrate.yaml")).keySet()));
        variables.put("ENVIRONMENT", "staging");
        int run = 0;
        for (Object job : jobs.values()) {
            for (Object step : (List<?>) CiFilesIT.at(job, "steps")) {
                Object command = ((Map<?, ?>) step).get("run");
                if (command != null) {
                    done(type(copy, command.toString()));
                    run++;
                }
            }
        }
        assertThat(run).isEqualTo(5);
    }

    private static Object yaml(String name) throws IOException {
        return new Load(LoadSettings.builder().build()).loadFromString(Files.readString(SCHEMA.resolve(name)));
    }
}
