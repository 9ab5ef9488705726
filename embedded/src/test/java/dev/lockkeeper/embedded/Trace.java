package dev.lockkeeper.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a running server leaves to be seen on the machine, by which its disappearance can be proven.
 *
 * @param data its data directory
 * @param processes the server, the supervisor above it, and its own children
 */
record Trace(Path data, List<ProcessHandle> processes) {

    static Trace of(EmbeddedPostgres server) throws SQLException {
        try (var connection = server.connect("postgres")) {
            var data = Path.of(Query.one(connection, "SHOW data_directory"));
            var backend = Long.parseLong(Query.one(connection, "SELECT pg_backend_pid()"));
            var session = ProcessHandle.of(backend).orElseThrow();
            var postmaster = session.parent().orElseThrow();
            var lasting = postmaster.children().filter(child -> !child.equals(session));
            return new Trace(
                    data,
                    Stream.concat(Stream.of(postmaster, postmaster.parent().orElseThrow()), lasting)
                            .toList());
        }
    }

    /** As a child process prints it. */
    @Override
    public String toString() {
        var pids =
                processes.stream().map(process -> Long.toString(process.pid())).toList();
        return data + " " + String.join(" ", pids);
    }

    static Trace parse(String text) {
        var parts = text.split(" ", -1);
        return new Trace(
                Path.of(parts[0]),
                Arrays.stream(parts)
                        .skip(1)
                        // a worker of the server may have come and gone meanwhile
                        .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)).stream())
                        .toList());
    }

    ProcessHandle postmaster() {
        return processes.get(0);
    }

    ProcessHandle supervisor() {
        return processes.get(1);
    }

    void isThere() {
        assertThat(data).isDirectory();
        assertThat(processes).allMatch(Trace::runs);
        // the server, the supervisor, and at least checkpointer, background writer and WAL writer
        assertThat(processes).hasSizeGreaterThanOrEqualTo(5);
    }

    void isGone() {
        assertThat(processes).noneMatch(Trace::runs);
        assertThat(Files.exists(data)).as("%s exists", data).isFalse();
    }

    /** Not a zombie either, which is gone but for its parent's notice. */
    private static boolean runs(ProcessHandle process) {
        var status = Path.of("/proc", Long.toString(process.pid()), "stat");
        try {
            return process.isAlive()
                    && (!Files.exists(status) || !Files.readString(status).contains(") Z "));
        } catch (IOException e) {
            return false;
        }
    }

    void vanishes() {
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(this::isGone);
    }
}
