package dev.lockkeeper.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
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

    // Traps: the shell starts background processes with SIGINT and SIGQUIT ignored, so one that comes before the server
    // set its handlers is lost, hence again and again. The supervisor itself ignores what a terminal or a service
    // manager
    // sends to the whole group: the owner decides. SIGQUIT, because a shutdown checkpoint of doomed data is waste.
    private static final String SCRIPT = """
            umask 077
            ulimit -c 0
            trap '' HUP INT TERM
            data=$1 lease=$2 template=$3 postgres=$4
            shift 4
            mkdir "$data" && cp -R "$template/." "$data" || { rm -rf "$data" "$lease"; exit 1; }
            "$postgres" -D "$data" "$@" &
            server=$!
            exec >/dev/null 2>&1
            read -r end
            (while kill -QUIT "$server"; do sleep 1; done) &
            wait "$server"
            kill "$!"
            rm -rf "$data" "$lease"
            """;

    private final Process process;
    private final CompletableFuture<Boolean> ready = new CompletableFuture<>();
    private final Deque<String> log = new ArrayDeque<>();

    private Supervisor(Process process) {
        this.process = process;
    }

    static Supervisor start(
            Account account, Path data, Lease lease, Template template, Path postgres, List<String> arguments) {
        var command = new ArrayList<>(List.of(
                data.toString(), lease.file().toString(), template.directory().toString(), postgres.toString()));
        command.addAll(arguments);
        var builder = Shell.script(account, SCRIPT, command);
        // a session of its own keeps Ctrl-C in the owner's terminal away from the server
        Shell.program("setsid").ifPresent(setsid -> builder.command().add(0, setsid));
        try {
            var supervisor = new Supervisor(builder.start());
            // the thread also keeps the pipe open when nobody refers to the server any more but its connections live
            var reader = new Thread(supervisor::readLog, "embedded-postgres-log");
            reader.setDaemon(true);
            reader.start();
            return supervisor;
        } catch (IOException e) {
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

    boolean isAlive() {
        return process.isAlive();
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
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
