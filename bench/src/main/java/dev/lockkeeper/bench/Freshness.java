package dev.lockkeeper.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** How long an event waits until the target has it, while {@code analytics run --every 1s} is at work and a transaction stays open. */
record Freshness(Connection writer, Connection holder, List<String> command, Path output) {
    private static final int EVENTS = 40;

    /** Milliseconds that 95 of 100 events wait at most. */
    double measure(Map<String, String> environment) throws IOException, InterruptedException, SQLException {
        holder.setAutoCommit(false);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        Process runner = builder.start();
        try (Statement held = holder.createStatement();
                Statement statement = writer.createStatement()) {
            held.execute("select pg_current_xact_id()");
            wait(statement);
            double[] waited = new double[EVENTS];
            for (int i = 0; i < EVENTS; i++) {
                TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextInt(1000));
                waited[i] = wait(statement);
            }
            Arrays.sort(waited);
            return waited[EVENTS * 95 / 100];
        } finally {
            runner.destroy();
            runner.waitFor();
            holder.rollback();
        }
    }

    private static double wait(Statement statement) throws SQLException, InterruptedException {
        String count =
                "select coalesce(sum(request_count), 0) from bench.usage where granularity = 'hour' and bucket_start ="
                        + " date_trunc('hour', now())";
        long before = number(statement, count);
        statement.execute("insert into bench.usage_events values (gen_random_uuid(), md5('100')::uuid, null,"
                + " date_trunc('hour', now()), now(), 'eu', 'success', 1, 1, 1)");
        long start = System.nanoTime();
        while (number(statement, count) == before) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        return (System.nanoTime() - start) / 1e6;
    }

    private static long number(Statement statement, String sql) throws SQLException {
        try (ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
