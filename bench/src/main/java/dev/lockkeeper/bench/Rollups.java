package dev.lockkeeper.bench;

import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.embedded.Options;
import dev.lockkeeper.embedded.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Measures rollups beside the bare queries over the same events. Costs are CPU time, of the command and of all that the server does for it:
 * on a machine that others use as well wall time says little.
 */
public final class Rollups {
    private static final int INGESTED = 1_000_000;
    private static final int BATCHES = 100;
    private static final int LATE = 10_000;
    private static final String CHECKS = """
            checks:
              errors: {ratio: [error_count, request_count], min-sample: 100, fail: "> 0.5", blocking: true}
              tokens: {sum: token_count, fail: "< 1", blocking: true}
            """;

    private final Path folder;
    private final EmbeddedPostgres server;
    private final Programs programs;
    private final String java = System.getProperty("java.home");
    private final Map<String, String[]> figures = new LinkedHashMap<>();
    private final int sizes;
    private final long process;

    private Rollups(Path folder, EmbeddedPostgres server, int sizes) throws SQLException {
        this.folder = folder;
        this.server = server;
        this.sizes = sizes;
        this.programs = new Programs(Path.of("lockkeeper").toAbsolutePath(), folder.resolve("cache"));
        this.process = (long) value("postgres", "select split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::bigint");
    }

    /** What a command cost: its own process, and the server, in milliseconds of CPU time. */
    private record Cost(Sample client, double server) {
        double cpu() {
            return client.cpu() + server;
        }
    }

    /** Run in the root of the repository: {@code [FILE [MILLIONS...]]}, the file being a page whose table is replaced. */
    public static void main(String[] arguments) throws IOException, InterruptedException, SQLException {
        int[] millions = arguments.length > 1
                ? Arrays.stream(arguments).skip(1).mapToInt(Integer::parseInt).toArray()
                : new int[] {1, 24};
        Path folder = Files.createTempDirectory("lockkeeper-bench");
        Options options = Options.defaults()
                .withBinaries(Path.of("embedded/target/binaries").toAbsolutePath())
                .withStorage(Storage.DISK)
                .withSetting("shared_buffers", "2GB")
                .withSetting("max_wal_size", "16GB")
                .withSetting("checkpoint_timeout", "1h")
                .withSetting("max_locks_per_transaction", "256")
                .withSetting("autovacuum", "off")
                .withSetting("jit", "off")
                .withSetting("shared_preload_libraries", "pg_stat_statements")
                .withSetting("pg_stat_statements.track_planning", "on");
        try (EmbeddedPostgres server = EmbeddedPostgres.start(options)) {
            Rollups rollups = new Rollups(folder, server, millions.length);
            for (int i = 0; i < millions.length; i++) {
                rollups.measure(i, millions[i]);
            }
            String table = rollups.table(millions);
            System.out.println(table);
            if (arguments.length > 0) {
                Path page = Path.of(arguments[0]);
                Files.writeString(page, Files.readString(page).split("\n\\| ", 2)[0] + "\n" + table);
            }
        }
    }

    private void measure(int size, int millions) throws IOException, InterruptedException, SQLException {
        RollupSample sample = RollupSample.ended(millions * 1_000_000 / RollupSample.AN_HOUR);
        Path projects = Files.createDirectory(folder.resolve("projects" + size));
        Path both = RollupSample.project(
                projects.resolve("both"),
                "[hour, day]",
                "usage_events",
                "usage",
                "partitions: {width: day}\n" + CHECKS);
        Path days = RollupSample.project(projects.resolve("days"), "[day]", "usage_events", "usage_days", "");
        String database = server.createDatabase();
        psql(database, sample.load() + "create extension pg_stat_statements;\n");
        psql(database, "create table bench.usage_days (like bench.usage including all);\n");

        install(days, database);
        forget(database);
        lockkeeper(days, database, "analytics", "backfill");
        lockkeeper(days, database, "analytics", "run", "--share", "100");
        double daysFromEvents = statements(database, "query like '%insert into \"bench\".\"usage_days\"%'");
        psql(database, "drop table bench.usage_days;\n" + script(days, "--down"));

        install(both, database);
        bare(database, sample, sample.hours());
        double bare = bare(database, sample, sample.hours());
        lockkeeper(both, database, "analytics", "backfill");
        forget(database);
        Cost fill = lockkeeper(both, database, "analytics", "run", "--share", "100");
        double served = statements(database, "true");
        double daysFromHours = statements(
                database, "query like '%insert into \"bench\".\"usage\"%' and query not like '%usage_events%'");
        say("new hours, into an empty target / bare GROUP BY", size, fill.cpu() / bare, "<= 2.0");
        say("milliseconds of CPU per 100,000 events", size, fill.cpu() / sample.hours(), "");
        say("a day from hours / from events (time of the statements)", size, daysFromHours / daysFromEvents, "<= 0.2");
        say(
                "wall time of the run / time of its statements in the server",
                size,
                fill.client().wall() / served,
                "<= 1.1");

        double length = value(database, "select pg_total_relation_size('bench.usage')");
        double writes =
                value(database, "select sum(rows_inserted + rows_updated + rows_deleted) from state_both.rollup_run");
        lockkeeper(both, database, "analytics", "backfill");
        Cost again = lockkeeper(both, database, "analytics", "run", "--share", "100");
        say("again, with nothing changed / bare GROUP BY", size, again.cpu() / bare, "<= 1.4");
        say(
                "rows that it wrote",
                size,
                value(database, "select sum(rows_inserted + rows_updated + rows_deleted) from state_both.rollup_run")
                        - writes,
                "0");
        say(
                "bytes by which the target grew",
                size,
                value(database, "select pg_total_relation_size('bench.usage')") - length,
                "0");
        Cost reconciled = lockkeeper(
                both,
                database,
                "analytics",
                "reconcile",
                "--from",
                sample.first().truncatedTo(ChronoUnit.DAYS).toString(),
                "--until",
                sample.end().toString());
        say("reconciliation of hours and days / bare GROUP BY", size, reconciled.cpu() / bare, "<= 0.7");

        String span = "random() * interval '10 hours' + interval '%d hours'".formatted(sample.hours() - 10);
        psql(database, sample.fill("bench.usage_events", LATE, span, RollupSample.FEW));
        Cost late = lockkeeper(both, database, "analytics", "run", "--share", "100");
        psql(database, sample.fill("bench.usage_events", LATE, span, RollupSample.FEW));
        lockkeeper(
                both,
                database,
                "analytics",
                "backfill",
                "--from",
                sample.end().minus(10, ChronoUnit.HOURS).toString());
        Cost whole = lockkeeper(both, database, "analytics", "run", "--share", "100");
        say(
                "10,000 late events of 20 organizations in 10 hours / those hours as a whole",
                size,
                late.cpu() / whole.cpu(),
                "<= 0.2");
        say(
                "the same without the start of the command (CPU of the server alone)",
                size,
                late.server() / whole.server(),
                "");
        plans(size, database, sample);
        duckDb(size, database, sample, both);
        try (Connection writer = connect(database);
                Connection holder = connect(database)) {
            Program program =
                    programs.lockkeeper("", java, server, database, both, "analytics", "run", "--every", "1s");
            say(
                    "milliseconds until an event is in the target, 95 of 100, every second, with a transaction open all the time",
                    size,
                    new Freshness(writer, holder, program.command(), folder.resolve("output"))
                            .measure(program.environment()),
                    "< 2000");
        }
        psql(database, script(both, "--down"));
        ingest(size, database, sample, projects);
        server.dropDatabase(database);
    }

    private void duckDb(int size, String database, RollupSample sample, Path project)
            throws IOException, InterruptedException, SQLException {
        Path file = folder.resolve("hour.csv");
        Instant hour = sample.end().minus(1, ChronoUnit.HOURS);
        String one = "bench.usage_events where occurred_at >= '" + hour + "' and occurred_at < '" + sample.end() + "'";
        psql(database, "\\copy (select * from " + one + ") to '" + file + "' csv header\n");
        DuckDbBench.Costs costs = DuckDbBench.measure(project.resolve("analytics"), file, hour);
        lockkeeper(
                project,
                database,
                "analytics",
                "backfill",
                "--from",
                sample.end().minus(10, ChronoUnit.HOURS).toString());
        Cost run = lockkeeper(project, database, "analytics", "run", "--share", "100", "--adapter", "duckdb");
        say(
                "DuckDB: an hour written from events that it has / its bare GROUP BY",
                size,
                costs.fill() / costs.bare(),
                "<= 1.8");
        say(
                "adapter duckdb, 10 hours out of PostgreSQL and back / that GROUP BY",
                size,
                run.cpu() / (10 * costs.bare()),
                "");
    }

    private void plans(int size, String database, RollupSample sample) throws SQLException {
        String query = "explain (summary) select organization_id, model_id, count(*), sum(cost) from bench.usage_events"
                + " where occurred_at >= '" + sample.end().minus(1, ChronoUnit.HOURS) + "' and occurred_at < '"
                + sample.end()
                + "' group by 1, 2";
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            String memory = "select sum(total_bytes) from pg_backend_memory_contexts";
            double before = first(statement, memory);
            double cold = planned(statement, query);
            planned(statement, query);
            double warm = planned(statement, query);
            double after = first(statement, memory);
            say("first plan of a connection for an hour of 730 partitions, ms", size, cold, "");
            say("a later plan, ms", size, warm, "< 1");
            say("memory of the connection that it takes, MB", size, (after - before) / 1e6, "< 15");
        }
    }

    private static double planned(Statement statement, String query) throws SQLException {
        try (ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                if (rows.getString(1).startsWith("Planning Time: ")) {
                    return Double.parseDouble(rows.getString(1).split(" ", -1)[2]);
                }
            }
        }
        throw new BenchmarkException("no planning time");
    }

    /** Batches copied into a keyed table with marks, and into one like it without. */
    private void ingest(int size, String database, RollupSample sample, Path projects)
            throws IOException, InterruptedException, SQLException {
        psql(
                database,
                RollupSample.tables("plain_events") + RollupSample.tables("marked_events")
                        + "create table bench.usage_marked (like bench.usage including all);\n");
        Path marked =
                RollupSample.project(projects.resolve("marked"), "[hour, day]", "marked_events", "usage_marked", "");
        install(marked, database);
        Path files = Files.createDirectory(projects.resolve("batches"));
        StringBuilder out = new StringBuilder("create unlogged table bench.batch (like bench.usage_events);\n");
        StringBuilder in = new StringBuilder();
        for (int batch = 0; batch < BATCHES; batch++) {
            Path file = files.resolve(batch + ".copy");
            // one of twenty is late by up to ten hours
            String time =
                    "interval '%1$d hours' + random() * interval '20 minutes' - case when random() < 0.05 then random() * interval '9 hours' else '0' end"
                            .formatted(sample.hours() - 1);
            out.append("truncate bench.batch;\n")
                    .append(sample.fill("bench.batch", INGESTED / BATCHES, time, RollupSample.ANYBODY))
                    .append(";\n\\copy bench.batch to '")
                    .append(file)
                    .append("'\n");
            in.append("\\copy bench.TABLE from '").append(file).append("'\n");
        }
        psql(database, out.toString());
        double[] costs = new double[2];
        for (int round = 0; round < 3; round++) {
            for (int table = 0; table < 2; table++) {
                String name = table == 0 ? "plain_events" : "marked_events";
                double cost =
                        psql(database, in.toString().replace("TABLE", name)).server();
                costs[table] += cost;
                psql(database, "truncate bench." + name + ", state_marked.rollup_dirty; checkpoint;\n");
            }
        }
        say(
                "COPY of 1 M rows in 100 batches with marks / without (CPU of the server)",
                size,
                costs[1] / costs[0],
                "<= 1.20");
    }

    private double bare(String database, RollupSample sample, int hours) throws IOException, InterruptedException {
        return psql(database, sample.bareHours(hours)).cpu();
    }

    private void install(Path project, String database) throws IOException, InterruptedException {
        psql(database, script(project));
    }

    private String script(Path project, String... more) throws IOException, InterruptedException {
        String[] command = new String[2 + more.length];
        command[0] = "analytics";
        command[1] = "script";
        System.arraycopy(more, 0, command, 2, more.length);
        programs.lockkeeper("script, ", java, server, "postgres", project, command)
                .run(folder);
        return Files.readString(folder.resolve("output"));
    }

    private Cost lockkeeper(Path project, String database, String... command) throws IOException, InterruptedException {
        return cost(programs.lockkeeper("lockkeeper, ", java, server, database, project, command));
    }

    private Cost psql(String database, String script) throws IOException, InterruptedException {
        Path file = Files.writeString(folder.resolve("script.sql"), script);
        return cost(Programs.psql("psql", server, database, "-f", file.toString()));
    }

    private Cost cost(Program program) throws IOException, InterruptedException {
        ServerTime time = new ServerTime(process);
        Sample sample = program.run(folder);
        Cost cost = new Cost(sample, time.spent());
        System.err.printf(
                Locale.ROOT,
                "%s: %.0f ms, CPU %.0f and %.0f ms%n",
                String.join(
                        " ",
                        program.command()
                                .subList(1, Math.min(4, program.command().size()))),
                sample.wall(),
                sample.cpu(),
                cost.server());
        return cost;
    }

    private Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(server.url(database), server.user(), server.password());
    }

    private double value(String database, String query) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            return first(statement, query);
        }
    }

    private void forget(String database) throws SQLException {
        value(database, "select 1 from pg_stat_statements_reset()");
    }

    /** Milliseconds that the server took for statements since it forgot them. */
    private double statements(String database, String condition) throws SQLException {
        return value(
                database, "select sum(total_exec_time + total_plan_time) from pg_stat_statements where " + condition);
    }

    private static double first(Statement statement, String query) throws SQLException {
        try (ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getDouble(1);
        }
    }

    private void say(String row, int size, double value, String goal) {
        String[] cells = figures.computeIfAbsent(row, key -> new String[sizes + 1]);
        cells[size] = value >= 100 || value == Math.rint(value)
                ? String.format(Locale.ROOT, "%.0f", value)
                : String.format(Locale.ROOT, "%.2f", value);
        cells[sizes] = goal;
        System.err.println(row + ": " + cells[size]);
    }

    private String table(int[] millions) {
        StringBuilder table = new StringBuilder("| figure |");
        for (int size : millions) {
            table.append(' ').append(size).append(" M events |");
        }
        table.append(" goal |\n|---|").append("---:|".repeat(sizes + 1)).append('\n');
        figures.forEach((row, cells) -> table.append("| ")
                .append(row)
                .append(" | ")
                .append(String.join(" | ", cells))
                .append(" |\n"));
        return table.toString();
    }
}
