package dev.lockkeeper.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What is left of an instance that could not end by itself. */
final class Remains {
    // SIGQUIT, so that the server removes its shared memory, which it would leave behind if it were killed. Its file
    // and
    // not the process tells the end: nobody may be there to reap an orphan, which is then a zombie for ever.
    private static final String SCRIPT = """
            data=$1 server=$2
            if [ -n "$server" ] && kill -QUIT "$server"; then
              patience=200
              while [ -e "$data/postmaster.pid" ] && kill -0 "$server" && [ $patience -gt 0 ]; do
                sleep 0.05
                patience=$((patience - 1))
              done
              [ $patience -gt 0 ] || kill -KILL "$server"
            fi
            rm -rf "$data"
            """;

    private Remains() {}

    /** Stops the server on a data directory, if there is one, and deletes the directory. */
    static void clear(Path data, Account account) {
        var server = server(data).map(process -> Long.toString(process.pid())).orElse("");
        Shell.run(account, SCRIPT, "", List.of(data.toString(), server));
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
