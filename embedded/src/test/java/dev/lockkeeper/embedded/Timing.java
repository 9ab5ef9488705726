package dev.lockkeeper.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;

/** Prints how long the steps of an embedded server take. Run it by hand; nothing is asserted. */
final class Timing {
    private static final int ROUNDS = 15;

    private Timing() {}

    public static void main(String[] arguments) throws IOException, SQLException {
        for (int round = 0; round < 3; round++) {
            var cache = Files.createTempDirectory("lockkeeper-timing");
            Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxr-xr-x"));
            var begin = System.nanoTime();
            EmbeddedPostgres.start(Options.defaults().withCache(cache)).close();
            System.out.printf("empty cache: unpack, prepare, start and close %.0f ms%n", since(begin));
            Shell.run(CacheTest.SELF, "rm -rf \"$1\"", "", List.of(cache.toString()));
        }
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
