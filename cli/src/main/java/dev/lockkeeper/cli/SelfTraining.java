package dev.lockkeeper.cli;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * Loads the classes that commands need, so that the start-up archive holds them. Works on nothing of the user's: it asks
 * each command for its help and connects to a port where nobody listens.
 */
final class SelfTraining {
    private SelfTraining() {}

    static void run(Properties properties) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        CommandLineInterface cli = new CommandLineInterface(Map.of(), properties, nowhere, nowhere);
        for (String command : List.of("init", "new", "status", "plan", "apply", "rollback", "smoke", "explain")) {
            cli.run(command, "--help");
        }
        cli.run("--version");
        cli.run("--help");
        String project = properties.getProperty("lockkeeper.home", ".") + "/schemas/player-engagement";
        for (String command : List.of("status", "plan", "apply")) {
            for (String form : List.of("text", "json")) {
                cli.run(
                        command,
                        "--project",
                        project,
                        "--output",
                        form,
                        "--database",
                        "postgresql://nobody@127.0.0.1:1/none");
            }
        }
    }
}
