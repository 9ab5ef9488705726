package dev.lockkeeper.embedded;

import java.sql.SQLException;
import java.util.Arrays;

/** Prints how long the steps of an embedded server take. Run it by hand; nothing is asserted. */
final class Timing {
    private static final int ROUNDS = 15;

    private Timing() {}

    public static void main(String[] arguments) throws SQLException {
        for (var storage : new Storage[] {Storage.MEMORY, Storage.DISK}) {
            var start = new double[ROUNDS];
            var query = new double[ROUNDS];
            var database = new double[ROUNDS];
            var close = new double[ROUNDS];
            for (int round = 0; round < ROUNDS; round++) {
                var begin = System.nanoTime();
                var server = EmbeddedPostgres.start(Options.defaults().withStorage(storage));
                start[round] = since(begin);
                try (var connection = server.connect("postgres");
                        var statement = connection.createStatement()) {
                    statement.execute("SELECT 1");
                }
                query[round] = since(begin);
                begin = System.nanoTime();
                try (var connection = server.connect(server.createDatabase())) {
                    connection.isReadOnly();
                }
                database[round] = since(begin);
                begin = System.nanoTime();
                server.close();
                close[round] = since(begin);
            }
            System.out.printf(
                    "%s: start %s, start to first query %s, database and connection %s, close %s%n",
                    storage, summary(start), summary(query), summary(database), summary(close));
        }
    }

    private static double since(long begin) {
        return (System.nanoTime() - begin) / 1e6;
    }

    private static String summary(double[] milliseconds) {
        var first = milliseconds[0];
        Arrays.sort(milliseconds);
        return "%.1f ms (first %.0f, %.0f to %.0f)"
                .formatted(milliseconds[ROUNDS / 2], first, milliseconds[0], milliseconds[ROUNDS - 1]);
    }
}
