package dev.lockkeeper.cli;

import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.embedded.Options;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** A server that can be stopped as an administrator stops it, and started again on the same data. Linux only. */
final class RestartableServer implements AutoCloseable {
    private final EmbeddedPostgres server;
    private final List<String> command;
    private final Path data;
    private final AtomicInteger databases = new AtomicInteger();

    /** What a commit has told its client survives the end of the server, as everywhere but in a throw-away server. */
    RestartableServer() {
        this.server = EmbeddedPostgres.start(Options.version(Integer.getInteger("lockkeeper.postgres", 18))
                .withSetting("synchronous_commit", "on")
                .withSetting("wal_level", "replica")
                .withSetting("max_connections", "130"));
        this.data = Path.of(rows("postgres", "show data_directory").get(0));
        this.command = command(postmaster());
    }

    int port() {
        return server.port();
    }

    String user() {
        return server.user();
    }

    String password() {
        return server.password();
    }

    Connection connect(String database) {
        try {
            return server.connect(database);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    String createDatabase() {
        String name = "crash_" + databases.incrementAndGet();
        server.createDatabase(name, "template1");
        return name;
    }

    void dropDatabase(String name) {
        server.dropDatabase(name);
    }

    void execute(String database, String sql) {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The rows of a query, columns parted by bars. */
    List<String> rows(String database, String sql) {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> all = new ArrayList<>();
            while (rows.next()) {
                List<String> columns = new ArrayList<>();
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    columns.add(String.valueOf(rows.getString(i)));
                }
                all.add(String.join("|", columns));
            }
            return all;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Stops the server.
     *
     * @param signal INT for a fast stop, QUIT for an immediate one, which leaves a recovery to the next start
     */
    void stop(String signal) {
        long pid = postmaster();
        try {
            new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> !runs(pid));
    }

    /** Starts the stopped server as a standby, which takes no writes until it is promoted. */
    void startAsStandby() {
        try {
            own(Files.createFile(data.resolve("standby.signal")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start();
    }

    /** Gives a file to the account of the server. */
    void own(Path file) {
        try {
            Files.setOwner(file, Files.getOwner(data));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void promote() {
        rows("postgres", "select pg_promote()");
    }

    void start() {
        try {
            new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .ignoreExceptions()
                .until(() -> !rows("postgres", "select 1").isEmpty());
    }

    @Override
    public void close() {
        stop("INT");
        server.close();
    }

    private long postmaster() {
        try {
            return Long.parseLong(
                    Files.readAllLines(data.resolve("postmaster.pid")).get(0).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The command line of the server as the same account would start it. */
    private static List<String> command(long pid) {
        Path process = Path.of("/proc", Long.toString(pid));
        try {
            Matcher ids = Pattern.compile("Uid:\\t(\\d+).*\\nGid:\\t(\\d+)")
                    .matcher(Files.readString(process.resolve("status")));
            List<String> command = new ArrayList<>();
            if (ids.find() && "root".equals(System.getProperty("user.name"))) {
                command.addAll(
                        List.of("setpriv", "--reuid=" + ids.group(1), "--regid=" + ids.group(2), "--clear-groups"));
            }
            String line = Files.readString(process.resolve("cmdline"), StandardCharsets.UTF_8);
            command.addAll(Arrays.asList(line.split("\0", -1)));
            command.removeIf(String::isEmpty);
            return command;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A process whose parent does not ask for it stays as a zombie, which has no command line. */
    private static boolean runs(long pid) {
        try {
            return Files.size(Path.of("/proc", Long.toString(pid), "cmdline")) > 0
                    || !Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"))
                            .isEmpty();
        } catch (IOException e) {
            return false;
        }
    }
}
