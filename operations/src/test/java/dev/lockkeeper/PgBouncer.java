package dev.lockkeeper;

import dev.lockkeeper.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A pooler before a server, which Debian has under that name. */
public final class PgBouncer implements AutoCloseable {
    private final Process process;
    private final int port;

    /** @param size how many connections to the server it keeps for a user and a database */
    public PgBouncer(EmbeddedPostgres server, Path folder, String mode, int size)
            throws IOException, InterruptedException {
        this(server, folder, mode, size, Map.of());
    }

    /** @param others who may log in besides the superuser, with their passwords */
    public PgBouncer(EmbeddedPostgres server, Path folder, String mode, int size, Map<String, String> others)
            throws IOException, InterruptedException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        StringBuilder logins = new StringBuilder(login(server.user(), server.password()));
        others.forEach((user, password) -> logins.append(login(user, password)));
        Path users = Files.writeString(folder.resolve("users.txt"), logins);
        Path configuration = Files.writeString(
                folder.resolve("pgbouncer.ini"), """
                [databases]
                * = host=127.0.0.1 port=%d
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %d
                unix_socket_dir =
                auth_type = plain
                auth_file = %s
                pool_mode = %s
                default_pool_size = %d
                ignore_startup_parameters = extra_float_digits
                """.formatted(server.port(), port, users, mode, size));
        List<String> command = new ArrayList<>(List.of("pgbouncer", configuration.toString()));
        if (System.getProperty("user.name").equals("root")) {
            // it refuses to run as root
            new ProcessBuilder("chmod", "-R", "a+rX", folder.toString()).start().waitFor();
            command.addAll(0, List.of("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"));
        }
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("pgbouncer.log").toFile())
                .start();
        Awaitility.await().ignoreExceptions().until(() -> {
            new Socket(InetAddress.getLoopbackAddress(), port).close();
            return true;
        });
    }

    private static String login(String user, String password) {
        return "\"" + user.replace("\"", "\"\"") + "\" \"" + password + "\"\n";
    }

    public static boolean isInstalled() {
        return List.of(System.getenv("PATH").split(":", -1)).stream()
                .anyMatch(place -> Files.isExecutable(Path.of(place, "pgbouncer")));
    }

    public int port() {
        return port;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
