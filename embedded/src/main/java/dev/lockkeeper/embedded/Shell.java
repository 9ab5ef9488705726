package dev.lockkeeper.embedded;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Starts POSIX shell scripts and programs with nothing of this process's environment, which may hold secrets. */
final class Shell {
    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private Shell() {}

    /** A script as the given account runs it; its standard error joins its standard output. */
    static ProcessBuilder script(Account account, String script, List<String> arguments) {
        var command = new ArrayList<>(List.of("/bin/sh", "-c", script, "lockkeeper"));
        command.addAll(arguments);
        return clean(account.command(command));
    }

    /** Runs a script to its end, with the given text as its input. */
    static Outcome run(Account account, String script, String input, List<String> arguments) {
        return run(script(account, script, arguments), input);
    }

    /** What a program prints. */
    static String output(List<String> command) {
        return run(clean(command), "").output();
    }

    /** The absolute path of a program, if it is installed and not the reduced form of BusyBox. */
    static Optional<String> program(String name) {
        return Stream.of(PATH.split(File.pathSeparator))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .filter(program -> !isBusyBox(program))
                .map(Path::toString)
                .findFirst();
    }

    private static boolean isBusyBox(Path program) {
        try {
            return program.toRealPath().endsWith("busybox");
        } catch (IOException e) {
            return true;
        }
    }

    private static ProcessBuilder clean(List<String> command) {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().put("PATH", PATH);
        builder.environment().put("LC_ALL", "C");
        // the current directory may be out of the other account's reach
        return builder.directory(new File("/"));
    }

    private static Outcome run(ProcessBuilder builder, String input) {
        try {
            var process = builder.start();
            try (var in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // the program ended without reading: its exit code tells more than a broken pipe
            }
            var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Outcome(process.waitFor(), output.strip());
        } catch (IOException e) {
            return new Outcome(127, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EmbeddedPostgresException("interrupted while a program was running", null, null, e);
        }
    }

    /**
     * How a script ended.
     *
     * @param code its exit code; 127 when it could not be started
     * @param output all that it printed
     */
    record Outcome(int code, String output) {
        boolean succeeded() {
            return code == 0;
        }
    }
}
