package dev.lockkeeper.bench;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.embedded.Options;
import dev.lockkeeper.embedded.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Measures whole processes and prints what they cost. */
public final class Main {
    private static final String USAGE =
            "usage: [--rounds N] [--starts N] [--migrations N] [--java HOME]... [--markdown FILE]";

    private final Path folder;
    private final Report report = new Report();
    private final Path launcher = Path.of("lockkeeper").toAbsolutePath();
    private final Path binaries = Path.of("embedded/target/binaries").toAbsolutePath();
    private final List<String> javas = new ArrayList<>();
    private int rounds = 5;
    private int starts = 15;
    private int migrations = 1000;

    private Main(Path folder) {
        this.folder = folder;
    }

    /** Run in the root of the repository, after {@code package}; see docs/benchmarks.md. */
    public static void main(String[] arguments) throws IOException, InterruptedException, SQLException {
        Path folder = Files.createTempDirectory("lockkeeper-bench");
        try {
            new Main(folder).run(arguments);
        } catch (BenchmarkException e) {
            System.err.println("error: " + e.getMessage());
            System.exit(1);
        } finally {
            delete(folder);
        }
    }

    private void run(String[] arguments) throws IOException, InterruptedException, SQLException {
        Path markdown = null;
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            String value = arguments[i + 1];
            switch (arguments[i]) {
                case "--rounds" -> rounds = Integer.parseInt(value);
                case "--starts" -> starts = Integer.parseInt(value);
                case "--migrations" -> migrations = Integer.parseInt(value);
                case "--java" -> javas.add(value);
                case "--markdown" -> markdown = Path.of(value);
                default -> throw new BenchmarkException(USAGE);
            }
        }
        if (arguments.length % 2 != 0) {
            throw new BenchmarkException(USAGE);
        }
        if (javas.isEmpty()) {
            javas.add(System.getProperty("java.home"));
        }
        require("psql", "install PostgreSQL's client, such as: apt-get install postgresql-client");
        require("bash", "install bash");
        require("/usr/bin/time", "install GNU time, such as: apt-get install time");
        warmArchives();
        Workload workload = Workload.write(folder, migrations);
        measure(workload, "durable", true);
        measure(workload, "fast", false);
        System.out.println(report.markdown());
        if (markdown != null) {
            String kept = Files.readString(markdown).split("\n## ", 2)[0];
            Files.writeString(markdown, kept + report.markdown());
        }
    }

    private void measure(Workload workload, String kind, boolean durable)
            throws IOException, InterruptedException, SQLException {
        try (EmbeddedPostgres server = EmbeddedPostgres.start(options(durable))) {
            String section = "Applying " + migrations + " migrations, " + kind + " server";
            for (int round = 0; round < rounds; round++) {
                List<Program> programs = appliers(workload, server);
                // what an earlier program left to the disk slows a later one, so each has each place
                Collections.rotate(programs, round);
                for (Program program : programs) {
                    Sample sample = program.run(folder);
                    report.add(section, program.name(), sample);
                    server.dropDatabase(
                            Objects.requireNonNull(program.environment().get("PGDATABASE")));
                }
            }
            if (durable) {
                return;
            }
            String applied = server.createDatabase();
            lockkeeper("", javas.get(0), server, applied, "apply", workload).run(folder);
            for (int start = 0; start < starts; start++) {
                for (String command : List.of("apply", "status", "--version")) {
                    starts(command, workload, server, applied);
                }
            }
        }
    }

    private void starts(String command, Workload workload, EmbeddedPostgres server, String database)
            throws IOException, InterruptedException {
        String section = switch (command) {
            case "apply" -> "apply with nothing to do, " + migrations + " applied";
            case "status" -> "status, " + migrations + " applied";
            default -> command;
        };
        Program psql = command.equals("--version")
                ? new Program("psql --version", List.of("psql", "--version"), Map.of())
                : psql("psql reading the history", server, database, "-c", Workload.HISTORY.readSql());
        report.add(section, psql.name(), psql.run(folder));
        for (String java : javas) {
            Program program = lockkeeper("lockkeeper, ", java, server, database, command, workload);
            report.add(section, program.name(), program.run(folder));
        }
    }

    private Options options(boolean durable) {
        Options options = Options.defaults().withBinaries(binaries);
        return durable
                ? options.withStorage(Storage.DISK)
                        .withSetting("fsync", "on")
                        .withSetting("synchronous_commit", "on")
                        .withSetting("full_page_writes", "on")
                        .withSetting("wal_level", "replica")
                : options;
    }

    /** Each with an empty database of its own. */
    private List<Program> appliers(Workload workload, EmbeddedPostgres server) throws SQLException {
        List<Program> programs = new ArrayList<>();
        String recorded = server.createDatabase();
        try (Session session = Session.over(server.connect(recorded))) {
            Workload.HISTORY.create(session);
        }
        programs.add(psql(
                "psql, history row too",
                server,
                recorded,
                "-f",
                workload.recorded().toString()));
        programs.add(psql(
                "psql", server, server.createDatabase(), "-f", workload.plain().toString()));
        programs.add(new Program(
                "psql, started for each file",
                List.of(
                        "bash",
                        "-ec",
                        "while read -r f; do psql -X -q -v ON_ERROR_STOP=1 -1 -f \"$f\"; done <\"$0\"",
                        workload.files().toString()),
                connection(server, server.createDatabase())));
        for (String java : javas) {
            programs.add(lockkeeper("lockkeeper, ", java, server, server.createDatabase(), "apply", workload));
        }
        return programs;
    }

    private static Program psql(String name, EmbeddedPostgres server, String database, String option, String value) {
        return new Program(
                name,
                List.of("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", option, value),
                connection(server, database));
    }

    private static Map<String, String> connection(EmbeddedPostgres server, String database) {
        return Map.of(
                "PGHOST", "127.0.0.1",
                "PGPORT", Integer.toString(server.port()),
                "PGUSER", server.user(),
                "PGPASSWORD", server.password(),
                "PGDATABASE", database);
    }

    private Program lockkeeper(
            String name, String java, EmbeddedPostgres server, String database, String command, Workload workload) {
        List<String> line = new ArrayList<>(List.of(launcher.toString(), command));
        if (!command.startsWith("--")) {
            line.addAll(List.of("--project", workload.project().toString(), "--database"));
            line.add("postgresql://" + server.user() + "@127.0.0.1:" + server.port() + "/" + database);
        }
        Map<String, String> environment = Map.of(
                "LOCKKEEPER_JAVA_HOME",
                java,
                "LOCKKEEPER_CACHE",
                cache().toString(),
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

    private Path cache() {
        return folder.resolve("cache");
    }

    /** The launcher makes an archive after the first run, in the background; every later run uses it. */
    private void warmArchives() throws IOException, InterruptedException {
        for (int i = 0; i < javas.size(); i++) {
            new Program(
                            "lockkeeper --version",
                            List.of(launcher.toString(), "--version"),
                            Map.of(
                                    "LOCKKEEPER_JAVA_HOME", javas.get(i),
                                    "LOCKKEEPER_CACHE", cache().toString()))
                    .run(folder);
            long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
            while (archives() <= i) {
                if (System.nanoTime() > deadline) {
                    throw new BenchmarkException("no start-up archive appeared for " + javas.get(i));
                }
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }
    }

    private long archives() throws IOException {
        Path archives = cache().resolve("archives");
        if (!Files.isDirectory(archives)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(archives)) {
            return files.filter(file -> file.toString().endsWith(".jsa")).count();
        }
    }

    private static void require(String program, String help) throws IOException, InterruptedException {
        int found = new ProcessBuilder("sh", "-c", "command -v \"$0\" >/dev/null", program)
                .start()
                .waitFor();
        if (found != 0) {
            throw new BenchmarkException(program + " is missing, and without it there is nothing to compare: " + help);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
