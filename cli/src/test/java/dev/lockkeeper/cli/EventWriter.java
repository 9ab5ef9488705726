package dev.lockkeeper.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BooleanSupplier;

/**
 * Writes events as applications do: many or few in a transaction, over all hours of two days, out of order, some of them changed, taken back
 * or held before they commit. In a thread, or in a process of its own that can be killed.
 */
final class EventWriter {
    private final Connection connection;
    private final Random random;

    EventWriter(Connection connection, long seed) throws SQLException {
        this.connection = connection;
        this.random = new Random(seed);
        connection.setAutoCommit(false);
    }

    static Connection connect(Map<String, String> variables) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://" + variables.get("PGHOST") + ":" + variables.get("PGPORT") + "/"
                        + variables.get("PGDATABASE"),
                variables.get("PGUSER"),
                variables.get("PGPASSWORD"));
    }

    static Process start(Map<String, String> variables, long seed) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                EventWriter.class.getName(),
                Long.toString(seed)));
        builder.environment().putAll(variables);
        return builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    public static void main(String[] arguments) throws Exception {
        try (Connection connection = connect(System.getenv())) {
            new EventWriter(connection, Long.parseLong(arguments[0])).write(() -> true);
        }
    }

    /** Writes until it is told to stop. */
    void write(BooleanSupplier more) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            while (more.getAsBoolean()) {
                int rows = random.nextInt(10) == 0 ? 2000 + random.nextInt(4000) : 1 + random.nextInt(400);
                String seed = Integer.toString(random.nextInt(1_000_000));
                statement.execute(
                        "insert into app.event select '2026-01-10 00:00+00'::timestamptz + (hashint4(n + " + seed
                                + ") & 2147483647) % 172800 * interval '1 s', (hashint4(n * 7 + " + seed
                                + ") & 2147483647) % 50,"
                                + " nullif((hashint4(n * 13) & 2147483647) % 5, 0), case when n % 20 = 0 then 'error' else 'ok' end, n % 1000"
                                + " from generate_series(1, " + rows + ") n");
                int fate = random.nextInt(60);
                if (fate == 0) {
                    // a mark must come with whatever changes, also where it was not inserted
                    statement.execute(
                            "update app.event set at = at + interval '1 hour' where at >= '2026-01-10 05:00+00' and at <"
                                    + " '2026-01-10 05:02+00'");
                } else if (fate == 1) {
                    statement.execute(
                            "delete from app.event where at >= '2026-01-11 07:00+00' and at < '2026-01-11 07:00:10+00'");
                }
                if (fate == 2) {
                    connection.rollback();
                } else {
                    if (fate < 5) {
                        statement.execute("select pg_sleep(" + (200 + random.nextInt(300)) / 1000.0 + ")");
                    }
                    connection.commit();
                }
            }
        }
    }
}
