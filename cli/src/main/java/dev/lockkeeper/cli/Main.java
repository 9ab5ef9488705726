package dev.lockkeeper.cli;

import dev.lockkeeper.problem.Category;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** The entry point of the process. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        PrintStream out = new PrintStream(
                new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)), false, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        int exitCode;
        try {
            CommandLineInterface lockkeeper =
                    new CommandLineInterface(System.getenv(), System.getProperties(), out, err);
            Runtime.getRuntime().addShutdownHook(new Thread(lockkeeper.onSignal(), "signal"));
            exitCode = lockkeeper.run(arguments);
            out.flush();
        } catch (RuntimeException | Error e) {
            // what happened while the first message was written
            err.println("error[unexpected]: " + e);
            exitCode = Category.UNEXPECTED.exitCode();
        }
        System.exit(exitCode);
    }
}
