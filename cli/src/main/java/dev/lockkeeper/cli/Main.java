package dev.lockkeeper.cli;

import dev.lockkeeper.problem.Category;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;

/** The entry point of the process. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        StandardOutput output = new StandardOutput();
        PrintStream out = new PrintStream(output, false, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        AtomicBoolean leaving = new AtomicBoolean();
        int exitCode;
        try {
            CommandLineInterface lockkeeper =
                    new CommandLineInterface(System.getenv(), System.getProperties(), out, err);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> end(lockkeeper, out, leaving), "signal"));
            exitCode = lockkeeper.run(arguments);
            out.flush();
            String failure = output.failure();
            if (failure != null) {
                err.println("error[unexpected]: standard output cannot be written: " + failure
                        + "; what the command has done is done");
                exitCode = exitCode == 0 ? Category.UNEXPECTED.exitCode() : exitCode;
            }
        } catch (RuntimeException | Error e) {
            // what happened while the first message was written
            err.println("error[unexpected]: " + e);
            exitCode = Category.UNEXPECTED.exitCode();
        }
        leaving.set(true);
        System.exit(exitCode);
    }

    private static void end(CommandLineInterface lockkeeper, PrintStream out, AtomicBoolean leaving) {
        Integer known = lockkeeper.exitCode();
        if (known != null && !leaving.get()) {
            // a signal while only telemetry is waited for: Java would end with its number, and all is done
            out.flush();
            Runtime.getRuntime().halt(known);
        }
        lockkeeper.onSignal().run();
    }
}
