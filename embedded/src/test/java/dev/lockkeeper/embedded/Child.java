package dev.lockkeeper.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Another Java process, which owns embedded servers and then ends in one way or another. */
final class Child {
    private Child() {}

    /** The ways in which the process ends after it has started its server. */
    enum Ending {
        CLOSE,
        RETURN,
        EXIT,
        HALT
    }

    /** The child's side: starts a server, prints its trace, waits for the end of its input, and ends as told. */
    public static void main(String[] arguments) throws Exception {
        var storage = Storage.valueOf(arguments[1]);
        var server = EmbeddedPostgres.start(Options.defaults().withStorage(storage));
        System.out.println("uid " + Account.current().owner() + " database "
                + Query.one(server, server.createDatabase(), "SELECT current_database()"));
        System.out.println(Trace.of(server));
        // until the parent has seen it all
        System.in.read();
        switch (Ending.valueOf(arguments[0])) {
            case CLOSE -> server.close();
            case RETURN -> {}
            case EXIT -> System.exit(3);
            case HALT -> Runtime.getRuntime().halt(4);
        }
    }

    /** Starts a child on this process's own class path and binaries. */
    static Process start(Ending ending, Storage storage, Map<String, String> environment) {
        var binaries = Path.of(System.getProperty("lockkeeper.binaries"));
        return start(System.getProperty("java.class.path"), ending, storage, binaries, environment, List.of());
    }

    /** Starts a child under the command prefix of another account, if one is given. */
    static Process start(
            String classPath,
            Ending ending,
            Storage storage,
            Path binaries,
            Map<String, String> environment,
            List<String> prefix) {
        var command = new ArrayList<>(prefix);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Dlockkeeper.binaries=" + binaries,
                "-cp",
                classPath,
                Child.class.getName(),
                ending.name(),
                storage.name()));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads what the child prints up to its trace. */
    static Trace trace(Process child) throws IOException {
        var all = new StringBuilder();
        var output = new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8));
        for (var line = output.readLine(); line != null; line = output.readLine()) {
            all.append(line).append('\n');
            if (line.startsWith("/")) {
                return Trace.parse(line);
            }
        }
        throw new AssertionError("the child ended early:\n" + all);
    }

    /** A copy of this process's class path that every user can read. */
    static String readableClassPath(Path directory) throws IOException {
        var copies = new ArrayList<String>();
        for (var entry : System.getProperty("java.class.path").split(":", -1)) {
            var source = Path.of(entry);
            var copy = directory.resolve(copies.size() + "-" + source.getFileName());
            if (Files.isDirectory(source)) {
                try (var files = Files.walk(source)) {
                    for (var file : (Iterable<Path>) files::iterator) {
                        Files.copy(file, copy.resolve(source.relativize(file).toString()));
                    }
                }
            } else {
                Files.copy(source, copy);
            }
            copies.add(copy.toString());
        }
        return String.join(":", copies);
    }
}
