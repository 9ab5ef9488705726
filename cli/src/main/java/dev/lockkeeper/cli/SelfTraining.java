package dev.lockkeeper.cli;

import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.embedded.EmbeddedPostgresException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * Loads the classes that commands need, so that the start-up archive holds them. Works on nothing of the user's: it asks
 * each command for its help and carries the reference schema through an embedded server of its own. Where no server can
 * be started it connects to a port where nobody listens instead.
 */
final class SelfTraining {
    private final Properties properties;
    private final PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);

    private SelfTraining(Properties properties) {
        this.properties = properties;
    }

    static void run(Properties properties) {
        SelfTraining training = new SelfTraining(properties);
        training.help();
        training.carry(Map.of(), "postgresql://nobody@127.0.0.1:1/none");
        Path binaries = Path.of(properties.getProperty("lockkeeper.binaries", "binaries"));
        if (!Files.isDirectory(binaries)) {
            return;
        }
        try (EmbeddedPostgres server = EmbeddedPostgres.start(
                dev.lockkeeper.embedded.Options.defaults().withBinaries(binaries))) {
            String url =
                    "postgresql://" + server.user() + "@127.0.0.1:" + server.port() + "/" + server.createDatabase();
            Map<String, String> variables = Map.of("PGPASSWORD", server.password());
            training.carry(variables, url);
            training.telemetry(variables, url);
            training.fleet(variables, url);
        } catch (EmbeddedPostgresException e) {
            // the archive then lacks what only a server brings about, and is still worth having
        }
    }

    private void fleet(Map<String, String> variables, String database) {
        try {
            Path project = Files.createTempDirectory("lockkeeper-fleet");
            Path configuration = project.resolve("lockkeeper.yaml");
            Path script = project.resolve("V1__none.sql");
            try {
                Files.writeString(configuration, """
                        migrations: .
                        convention: flyway
                        tokens:
                          schema: public
                        fleets:
                          all:
                            schemas: select unnest(array['public', 'information_schema'])
                        """);
                Files.writeString(script, "select '${schema}';");
                CommandLineInterface cli = new CommandLineInterface(variables, properties, nowhere, nowhere);
                for (String command : List.of("apply", "status")) {
                    cli.run("fleet", command, "all", "--project", project.toString(), "--database", database);
                }
            } finally {
                Files.deleteIfExists(configuration);
                Files.deleteIfExists(script);
                Files.delete(project);
            }
        } catch (IOException e) {
            // where nothing can be written no archive can be kept either
        }
    }

    /** Brings up what sends telemetry, which takes half a second without an archive, and sends it to nobody. */
    private void telemetry(Map<String, String> variables, String database) {
        Map<String, String> asked = new HashMap<>(variables);
        asked.put("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1");
        asked.put("OTEL_BSP_EXPORT_TIMEOUT", "2000");
        CommandLineInterface cli = new CommandLineInterface(asked, properties, nowhere, nowhere);
        String project = properties.getProperty("lockkeeper.home", ".") + "/schemas/player-engagement";
        for (String command : List.of("rollback", "apply")) {
            cli.run(command, "--project", project, "--database", database);
        }
    }

    private void help() {
        CommandLineInterface cli = new CommandLineInterface(Map.of(), properties, nowhere, nowhere);
        for (String command : List.of("init", "new", "status", "plan", "apply", "rollback", "smoke", "explain")) {
            cli.run(command, "--help");
        }
        cli.run("--version");
        cli.run("--help");
    }

    private void carry(Map<String, String> variables, String database) {
        CommandLineInterface cli = new CommandLineInterface(variables, properties, nowhere, nowhere);
        String project = properties.getProperty("lockkeeper.home", ".") + "/schemas/player-engagement";
        for (String command : List.of("plan", "apply", "status", "apply")) {
            for (String form : List.of("text", "json")) {
                cli.run(command, "--project", project, "--output", form, "--database", database);
            }
        }
    }
}
