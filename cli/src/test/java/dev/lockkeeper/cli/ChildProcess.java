package dev.lockkeeper.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The command line in a process of its own, which can be killed. */
final class ChildProcess {
    private ChildProcess() {}

    /** What starts it. */
    static List<String> command(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-Dlockkeeper.binaries=" + System.getProperty("lockkeeper.binaries"),
                "-cp",
                System.getProperty("java.class.path"),
                "dev.lockkeeper.cli.Main"));
        command.addAll(arguments);
        return command;
    }

    static Process start(Map<String, String> variables, List<String> arguments) throws IOException {
        return builder(variables, arguments)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    static ProcessBuilder builder(Map<String, String> variables, List<String> arguments) {
        ProcessBuilder builder = new ProcessBuilder(command(arguments));
        builder.environment().putAll(variables);
        return builder;
    }
}
