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
            "usage: [--rounds N] [--starts N] [--migrations N] [--only apply|many|fleet|seed|telemetry]... [--java HOME]..."
                    + " [--markdown FILE]";
    private static final List<String> KINDS = List.of("apply", "many", "fleet", "seed", "telemetry");
    private static final int MANY = 10_000;

    private final Path folder;
    private final Report report = new Report();
    private final Path launcher = Path.of("lockkeeper").toAbsolutePath();
    private final Path binaries = Path.of("embedded/target/binaries").toAbsolutePath();
    private final List<String> javas = new ArrayList<>();
    private final List<String> only = new ArrayList<>();
    private final Programs programs;
    private int rounds = 5;
    private int starts = 15;
    private int migrations = 1000;

    private Main(Path folder) {
        this.folder = folder;
        this.programs = new Programs(launcher, cache());
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
                case "--only" -> only.add(value);
                case "--java" -> javas.add(value);
                case "--markdown" -> markdown = Path.of(value);
                default -> throw new BenchmarkException(USAGE);
            }
        }
        if (arguments.length % 2 != 0 || !KINDS.containsAll(only)) {
            throw new BenchmarkException(USAGE);
        }
        if (javas.isEmpty()) {
            javas.add(System.getProperty("java.home"));
        }
        require("psql", "install PostgreSQL's client, such as: apt-get install postgresql-client");
        require("bash", "install bash");
        require("/usr/bin/time", "install GNU time, such as: apt-get install time");
        warmArchives();
        if (wanted("apply")) {
            Workload workload = Workload.write(folder, migrations);
            measure(workload, "durable", true);
            measure(workload, "fast", false);
        }
        if (wanted("many")) {
            Workload many = Workload.write(Files.createDirectory(folder.resolve("many")), MANY);
            try (EmbeddedPostgres server = EmbeddedPostgres.start(options(false))) {
                starts(many, MANY, server, List.of("apply", "status"));
            }
        }
        if (wanted("fleet")) {
            try (EmbeddedPostgres server = EmbeddedPostgres.start(options(false))) {
                new FleetBench(FleetWorkload.write(Files.createDirectory(folder.resolve("fleet"))), server, programs)
                        .run(rounds, javas, folder, report);
            }
        }
        if (wanted("seed")) {
            try (EmbeddedPostgres server = EmbeddedPostgres.start(options(false))) {
                new SeedBench(Files.createDirectory(folder.resolve("seed")), server, programs)
                        .run(rounds, javas, folder, report);
            }
        }
        if (wanted("telemetry")) {
            Path telemetry = Files.createDirectory(folder.resolve("telemetry"));
            Workload workload = Workload.write(telemetry, migrations);
            for (boolean durable : List.of(true, false)) {
                try (EmbeddedPostgres server = EmbeddedPostgres.start(options(durable))) {
                    new TelemetryBench(workload, server, programs)
                            .run(
                                    rounds,
                                    javas,
                                    telemetry,
                                    "Telemetry: applying " + migrations + " migrations, "
                                            + (durable ? "durable" : "fast") + " server",
                                    report);
                }
            }
        }
        System.out.println(report.markdown());
        if (markdown != null) {
            Files.writeString(markdown, report.into(Files.readString(markdown)));
        }
    }

    private boolean wanted(String kind) {
        return only.isEmpty() || only.contains(kind);
    }

    private void measure(Workload workload, String kind, boolean durable)
            throws IOException, InterruptedException, SQLException {
        try (EmbeddedPostgres server = EmbeddedPostgres.start(options(durable))) {
            String section = "Applying " + migrations + " migrations, " + kind + " server";
            for (int round = 0; round < rounds; round++) {
                List<Program> appliers = appliers(workload, server);
                // what an earlier program left to the disk slows a later one, so each has each place
                Collections.rotate(appliers, round);
                for (Program program : appliers) {
                    Sample sample = program.run(folder);
                    report.add(section, program.name(), sample);
                    server.dropDatabase(
                            Objects.requireNonNull(program.environment().get("PGDATABASE")));
                }
            }
            if (durable) {
                return;
            }
            starts(workload, migrations, server, List.of("apply", "status", "--version"));
        }
    }

    private void starts(Workload workload, int count, EmbeddedPostgres server, List<String> commands)
            throws IOException, InterruptedException {
        String applied = server.createDatabase();
        programs.lockkeeper("", javas.get(0), server, applied, workload.project(), "apply")
                .run(folder);
        for (int start = 0; start < starts; start++) {
            for (String command : commands) {
                start(command, count, workload, server, applied);
            }
        }
    }

    private void start(String command, int count, Workload workload, EmbeddedPostgres server, String database)
            throws IOException, InterruptedException {
        String section = switch (command) {
            case "apply" -> "apply with nothing to do, " + count + " applied";
            case "status" -> "status, " + count + " applied";
            default -> command;
        };
        Program psql = command.equals("--version")
                ? new Program("psql --version", List.of("psql", "--version"), Map.of())
                : Programs.psql("psql reading the history", server, database, "-c", Workload.HISTORY.readSql());
        report.add(section, psql.name(), psql.run(folder));
        for (String java : javas) {
            Program program = programs.lockkeeper("lockkeeper, ", java, server, database, workload.project(), command);
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
        List<Program> appliers = new ArrayList<>();
        String recorded = server.createDatabase();
        try (Session session = Session.over(server.connect(recorded))) {
            Workload.HISTORY.create(session);
        }
        appliers.add(Programs.psql(
                "psql, history row too",
                server,
                recorded,
                "-f",
                workload.recorded().toString()));
        appliers.add(Programs.psql(
                "psql", server, server.createDatabase(), "-f", workload.plain().toString()));
        appliers.add(new Program(
                "psql, started for each file",
                List.of(
                        "bash",
                        "-ec",
                        "while read -r f; do psql -X -q -v ON_ERROR_STOP=1 -1 -f \"$f\"; done <\"$0\"",
                        workload.files().toString()),
                Programs.connection(server, server.createDatabase())));
        for (String java : javas) {
            appliers.add(programs.lockkeeper(
                    "lockkeeper, ", java, server, server.createDatabase(), workload.project(), "apply"));
        }
        return appliers;
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
