package dev.lockkeeper.doctor;

import dev.lockkeeper.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/**
 * A server whose settings stand in its files, as they do on a real one, so that ALTER SYSTEM and a restart change them. Its data are a copy
 * of another server's, beside which they lie. It ends with this process.
 */
final class Machine implements AutoCloseable {
    private static final String SOUND = """
            listen_addresses = '127.0.0.1'
            fsync = on
            full_page_writes = on
            wal_level = replica
            max_wal_senders = 4
            max_replication_slots = 4
            max_prepared_transactions = 4
            autovacuum = on
            autovacuum_naptime = 1h
            wal_receiver_status_interval = 1s
            """;

    private final List<String> program;
    private final Path data;
    private final int port;
    private final String user;
    private final String password;
    private Process process;

    private Machine(List<String> program, Path data, int port, String user, String password)
            throws IOException, InterruptedException {
        this.program = program;
        this.data = data;
        this.port = port;
        this.user = user;
        this.password = password;
        this.process = launch();
    }

    /** @param settings lines of a configuration file that come after those of a sound server */
    static Machine copyOf(EmbeddedPostgres server, String settings) throws Exception {
        return copy(server.connect("postgres"), server.user(), server.password(), SOUND + settings, "primary");
    }

    /** A server that replays this one, by a slot. */
    Machine standby(String slot) throws Exception {
        run("postgres", "select pg_create_physical_replication_slot('" + slot + "', true)");
        return copy(
                connect("postgres"),
                user,
                password,
                "hot_standby = on\nprimary_slot_name = '" + slot + "'\nprimary_conninfo = 'host=127.0.0.1 port=" + port
                        + " user=" + user + " password=" + password + " application_name=" + slot + "'\n",
                "standby");
    }

    private static Machine copy(Connection from, String user, String password, String settings, String kind)
            throws Exception {
        try (from) {
            Path data = Path.of(one(from, "show data_directory"));
            ProcessHandle backend = ProcessHandle.of(Long.parseLong(one(from, "select pg_backend_pid()")))
                    .orElseThrow();
            String postgres = backend.parent().orElseThrow().info().command().orElseThrow();
            boolean replays = kind.equals("standby");
            Path copy = data.resolveSibling(data.getFileName() + "-" + kind);
            if (replays) {
                one(from, "select pg_backup_start('copy', true)");
            } else {
                // nobody else is there: what is on the disk then is all of it
                from.createStatement().execute("checkpoint");
            }
            command("cp", "-a", data.toString(), copy.toString());
            if (replays) {
                Files.writeString(
                        copy.resolve("backup_label"), one(from, "select labelfile from pg_backup_stop(false)"));
                Files.writeString(copy.resolve("standby.signal"), "");
            }
            int port;
            try (java.net.ServerSocket free = new java.net.ServerSocket(0)) {
                port = free.getLocalPort();
            }
            Files.deleteIfExists(copy.resolve("postmaster.pid"));
            Files.writeString(
                    copy.resolve("postgresql.conf"),
                    settings + "port = " + port + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
            Files.writeString(
                    copy.resolve("pg_hba.conf"),
                    "host replication all 127.0.0.1/32 md5\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
            int uid = (Integer) Files.getAttribute(data, "unix:uid");
            int gid = (Integer) Files.getAttribute(data, "unix:gid");
            int mine = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
            List<String> program = new ArrayList<>();
            if (mine != uid) {
                command("chown", "-R", uid + ":" + gid, copy.toString());
                program.addAll(List.of("setpriv", "--reuid=" + uid, "--regid=" + gid, "--clear-groups"));
            }
            program.add(postgres);
            return new Machine(program, copy, port, user, password);
        }
    }

    private static void command(String... words) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", words) + ": " + said);
        }
    }

    private static String one(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            ResultSet rows = statement.executeQuery(sql);
            rows.next();
            return rows.getString(1);
        }
    }

    /** The shell ends the server when nobody holds its input any more. */
    private Process launch() throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(
                List.of("sh", "-c", "\"$@\" & server=$!; read -r end; kill -INT $server; wait $server", "sh"));
        words.addAll(program);
        words.addAll(List.of("-D", data.toString()));
        Path log = data.resolve("server.log");
        Process started = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        long until = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (true) {
            try {
                connect("postgres").close();
                return started;
            } catch (SQLException e) {
                if (System.nanoTime() > until || !started.isAlive()) {
                    started.getOutputStream().close();
                    throw new IOException("the server did not start: " + Files.readString(log), e);
                }
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
    }

    int port() {
        return port;
    }

    Connection connect(String database) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        properties.setProperty("preferQueryMode", "simple");
        Connection connection =
                new org.postgresql.Driver().connect("jdbc:postgresql://127.0.0.1:" + port + "/" + database, properties);
        if (connection == null) {
            throw new SQLException("refused");
        }
        return connection;
    }

    void run(String database, String... statements) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    String one(String database, String sql) throws SQLException {
        try (Connection connection = connect(database)) {
            return one(connection, sql);
        }
    }

    void restart() throws IOException, InterruptedException {
        stop();
        process = launch();
    }

    @Override
    public void close() throws IOException {
        stop();
        try {
            command("rm", "-rf", data.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends it; it may be started again. */
    void stop() throws IOException {
        process.getOutputStream().close();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
