package dev.lockkeeper.database;

import dev.lockkeeper.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** A server that listens in a folder too, may speak TLS, and has rules of its own for who gets in. Linux only. */
final class OpenServer implements AutoCloseable {
    private final EmbeddedPostgres server;
    private final Path data;
    private final Path sockets;

    /**
     * @param rules lines of pg_hba.conf that come first
     * @param files contents by their names in the data directory
     * @param settings of the server, {@code name=value}
     */
    OpenServer(String rules, Map<String, String> files, List<String> settings) {
        this.server = EmbeddedPostgres.start();
        this.data = Path.of(one("show data_directory"));
        try {
            this.sockets = Files.createTempDirectory("sockets");
            own(sockets);
            Path file = data.resolve("pg_hba.conf");
            Files.writeString(file, rules + Files.readString(file));
            files.forEach(this::put);
            long pid = Long.parseLong(
                    Files.readAllLines(data.resolve("postmaster.pid")).get(0).strip());
            List<String> command = command(pid);
            command.addAll(List.of("-c", "unix_socket_directories=" + sockets));
            settings.forEach(setting -> command.addAll(List.of("-c", setting)));
            new ProcessBuilder("kill", "-INT", Long.toString(pid)).start().waitFor();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> !Files.exists(data.resolve("postmaster.pid")));
            new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .ignoreExceptions()
                    .until(() -> !one("select 1").isEmpty());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    String user() {
        return server.user();
    }

    String password() {
        return server.password();
    }

    int port() {
        return server.port();
    }

    /** The folder of its socket. */
    Path sockets() {
        return sockets;
    }

    /** A file of the data directory, which the server may read and nobody else. */
    private void put(String name, String content) {
        try {
            Path file = data.resolve(name);
            Files.writeString(file, content);
            Files.setOwner(file, Files.getOwner(data));
            Files.setPosixFilePermissions(file, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void execute(String... statements) {
        try (Connection connection = server.connect("postgres");
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    String one(String query) {
        try (Connection connection = server.connect("postgres");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getString(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        try {
            long pid = Long.parseLong(
                    Files.readAllLines(data.resolve("postmaster.pid")).get(0).strip());
            new ProcessBuilder("kill", "-INT", Long.toString(pid)).start().waitFor();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> !Files.exists(data.resolve("postmaster.pid")));
            server.close();
            delete(sockets);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static void delete(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(
                    Path visited, java.io.@org.jspecify.annotations.Nullable IOException e) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private void own(Path file) throws IOException {
        Files.setOwner(file, Files.getOwner(data));
        Files.setPosixFilePermissions(file, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** The command line of the server as the same account would start it. */
    private static List<String> command(long pid) throws IOException {
        Path process = Path.of("/proc", Long.toString(pid));
        Matcher ids =
                Pattern.compile("Uid:\\t(\\d+).*\\nGid:\\t(\\d+)").matcher(Files.readString(process.resolve("status")));
        List<String> command = new ArrayList<>();
        if (ids.find() && "root".equals(System.getProperty("user.name"))) {
            command.addAll(List.of("setpriv", "--reuid=" + ids.group(1), "--regid=" + ids.group(2), "--clear-groups"));
        }
        String line = Files.readString(process.resolve("cmdline"), StandardCharsets.UTF_8);
        command.addAll(Arrays.asList(line.split("\0", -1)));
        command.removeIf(String::isEmpty);
        return command;
    }
}
