package dev.lockkeeper.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.lockkeeper.analytics.definition.Definitions;
import dev.lockkeeper.analytics.definition.Grain;
import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.dialect.DuckDbDialect;
import dev.lockkeeper.analytics.dialect.Replacement;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;

/** What DuckDB needs for an hour whose events it has already: the bare groups, and what the definition is rendered to. */
final class DuckDbBench {
    /** CPU time of a process comes in hundredths of a second, and one run takes about two. */
    private static final int RUNS = 50;

    private static final int CORES = 2;

    private DuckDbBench() {}

    /**
     * Milliseconds of CPU time, on average.
     *
     * @param bare the groups alone
     * @param fill groups, compared with a target that is empty, and written into it
     */
    record Costs(double bare, double fill) {}

    /** @param events a file of the events of the hour as {@code COPY ... csv header} writes it */
    static Costs measure(Path definitions, Path events, Instant hour) throws SQLException {
        Rollup rollup = Definitions.read(definitions).rollups().get(0);
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            statement.execute("set threads = " + CORES);
            statement.execute("set TimeZone = 'UTC'");
            statement.execute("create schema bench");
            statement.execute(
                    "create table bench.usage_events (event_id uuid, organization_id uuid, model_id uuid, occurred_at"
                            + " timestamptz, received_at timestamptz, region text, status text, prompt_tokens bigint, completion_tokens"
                            + " bigint, cost decimal(12, 4))");
            statement.execute("insert into bench.usage_events select * from read_csv('" + events + "', header = true)");
            statement.execute(
                    "create table bench.usage (granularity text, bucket_start timestamptz, organization_id uuid, model_id"
                            + " uuid, request_count bigint, token_count bigint, error_count bigint, cost decimal(18, 4), changed_at timestamptz)");
            String fill = new DuckDbDialect().replace(new Replacement(rollup, Grain.HOUR, hour, null));
            double bare = 0;
            double filled = 0;
            for (int run = 0; run < RUNS; run++) {
                bare += cost(statement, RollupSample.bare("bench.usage_events"));
                statement.execute("truncate bench.usage");
                filled += cost(statement, fill);
            }
            return new Costs(bare / RUNS, filled / RUNS);
        }
    }

    private static double cost(Statement statement, String sql) throws SQLException {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long before = system.getProcessCpuTime();
        statement.execute(sql);
        return (system.getProcessCpuTime() - before) / 1e6;
    }
}
