package dev.lockkeeper.bench;

import dev.lockkeeper.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Makes the commands to measure.
 *
 * @param launcher the script that starts Lockkeeper
 * @param cache where it keeps its start-up archives
 */
record Programs(Path launcher, Path cache) {
    static Program psql(String name, EmbeddedPostgres server, String database, String option, String value) {
        return new Program(
                name,
                List.of("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", option, value),
                connection(server, database));
    }

    static Map<String, String> connection(EmbeddedPostgres server, String database) {
        return Map.of(
                "PGHOST", "127.0.0.1",
                "PGPORT", Integer.toString(server.port()),
                "PGUSER", server.user(),
                "PGPASSWORD", server.password(),
                "PGDATABASE", database);
    }

    /** A command of Lockkeeper; one that starts with a hyphen needs no database. */
    Program lockkeeper(
            String name, String java, EmbeddedPostgres server, String database, Path project, String... command) {
        List<String> line = new ArrayList<>(List.of(launcher.toString()));
        line.addAll(List.of(command));
        if (!command[0].startsWith("--")) {
            line.addAll(List.of("--project", project.toString(), "--database"));
            line.add("postgresql://" + server.user() + "@127.0.0.1:" + server.port() + "/" + database);
        }
        Map<String, String> environment = Map.of(
                "LOCKKEEPER_JAVA_HOME",
                java,
                "LOCKKEEPER_CACHE",
                cache.toString(),
                "PGPASSWORD",
                server.password(),
                "PGDATABASE",
                database);
        return new Program(name + "Java " + major(java), line, environment);
    }

    private static String major(String java) {
        try (Stream<String> lines = Files.lines(Path.of(java, "release"))) {
            return lines.filter(line -> line.startsWith("JAVA_VERSION="))
                    .map(line -> line.replaceAll("^[^0-9]*([0-9]+).*", "$1"))
                    .findFirst()
                    .orElse(java);
        } catch (IOException e) {
            throw new BenchmarkException("there is no Java in " + java);
        }
    }
}
