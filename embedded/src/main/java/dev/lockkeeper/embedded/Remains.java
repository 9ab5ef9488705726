package dev.lockkeeper.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What is left of an instance that could not end by itself. */
final class Remains {
    private Remains() {}

    /** Stops the server on a data directory, if there is one, and deletes the directory. */
    static void clear(Path data, Account account) {
        server(data).ifPresent(server -> {
            // SIGQUIT, so that the server removes its shared memory; killed, it would leave that behind
            Shell.run(account, "kill -QUIT \"$1\"", "", List.of(Long.toString(server.pid())));
            try {
                server.onExit().get(10, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                server.destroyForcibly();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                server.destroyForcibly();
            }
        });
        Shell.run(account, "rm -rf \"$1\"", "", List.of(data.toString()));
    }

    /** The living server of a data directory. The number in its file may meanwhile be another process's. */
    static Optional<ProcessHandle> server(Path data) {
        var file = data.resolve("postmaster.pid");
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        try (var lines = Files.lines(file)) {
            return lines.findFirst()
                    .filter(line -> line.matches("\\d{1,9}"))
                    .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)))
                    .filter(process -> List.of(process.info().arguments().orElse(new String[0]))
                            .containsAll(List.of("-D", data.toString())));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
