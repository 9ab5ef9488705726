package dev.lockkeeper.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A shell process that copies the template, starts the server and outlives it. Its standard input is a pipe from this
 * process: when that closes, because we say so or because this process is gone in whatever way, the supervisor stops the
 * server and deletes its data.
 *
 * <p>The server's output is a pipe to this process. Nobody else holds that, so its end is the end of the server.
 */
final class Supervisor {
    private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);
    private static final int LINES_KEPT = 50;
    private static final int PATIENCE_SECONDS = 60;

    // The supervisor ignores what a terminal or a service manager sends to the whole group: the owner decides. SIGQUIT
    // ends the server without a last checkpoint of doomed data. Trap: a shell starts background processes with SIGINT
    // and SIGQUIT ignored, so a SIGQUIT before the server has set its handlers is lost; SIGTERM first ends it then.
    private static final String SCRIPT = """
            umask 077
            ulimit -c 0
            trap '' HUP INT TERM
            data=$1 lease=$2 template=$3 postgres=$4
            shift 4
            mkdir "$data" && cp -R "$template/." "$data" || { rm -rf "$data" "$lease"; exit 1; }
            trap - TERM
            "$postgres" -D "$data" "$@" &
            server=$!
            trap '' TERM
            exec >/dev/null 2>&1
            read -r end
            kill -TERM "$server"
            kill -QUIT "$server"
            wait "$server"
            rm -rf "$data" "$lease"
            """;

    private final Account account;
    private final Path data;
    private final Lease lease;
    private final Process process;
    private final CompletableFuture<Boolean> ready = new CompletableFuture<>();
    private final Deque<String> log = new ArrayDeque<>();

    private Supervisor(Account account, Path data, Lease lease, Process process) {
        this.account = account;
        this.data = data;
        this.lease = lease;
        this.process = process;
    }

    /** Starts a server on a copy of the template; the lease ends with the server, or here if nothing can be started. */
    static Supervisor start(
            Account account, Path data, Lease lease, Template template, Path postgres, List<String> arguments) {
        var command = new ArrayList<>(List.of(
                data.toString(), lease.file().toString(), template.directory().toString(), postgres.toString()));
        command.addAll(arguments);
        var builder = Shell.script(account, SCRIPT, command);
        // a session of its own keeps Ctrl-C in the owner's terminal away from the server
        Shell.program("setsid").ifPresent(setsid -> builder.command().add(0, setsid));
        try {
            var supervisor = new Supervisor(account, data, lease, builder.start());
            // Trap: what nobody refers to is collected, and the collector closes pipes and locks. The thread refers to
            // both as long as the server runs, though its user may only have kept a connection.
            var reader = new Thread(supervisor::readLog, "embedded-postgres-log");
            reader.setDaemon(true);
            reader.start();
            return supervisor;
        } catch (IOException e) {
            lease.end();
            throw new EmbeddedPostgresException("cannot start " + postgres, e.toString(), null, e);
        }
    }

    private void readLog() {
        try (var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                LOG.debug("{}", line);
                synchronized (log) {
                    log.addLast(line);
                    if (log.size() > LINES_KEPT) {
                        log.removeFirst();
                    }
                }
                if (line.endsWith("database system is ready to accept connections")) {
                    ready.complete(true);
                }
            }
        } catch (IOException e) {
            LOG.debug("the log of the embedded server ended", e);
        }
        ready.complete(false);
    }

    /** Waits until the server accepts connections; false if it ended instead, or never comes so far. */
    boolean awaitReady() {
        try {
            return ready.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** The last lines that the server, or the supervisor before it, wrote. */
    String log() {
        synchronized (log) {
            return String.join("\n", log);
        }
    }

    /** Ends the server and deletes its data; returns when both are gone, or when they will not go. */
    void stop() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            LOG.debug("the supervisor was gone already", e);
        }
        var interrupted = Thread.interrupted();
        try {
            process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (Files.exists(data)) {
            // somebody killed the supervisor
            Remains.clear(data, account);
        }
        lease.end();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
