package dev.lockkeeper.describe.erd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Draws 301 tables in a process of its own, and says how much memory that took. */
final class ThreeHundred {
    private ThreeHundred() {}

    static String picture() {
        return new Erd()
                .write(Format.SVG, Selection.of(Drawn.large(12, 25)).all(Level.KEYS), List.of(), "Three hundred");
    }

    public static void main(String[] arguments) throws IOException {
        Files.writeString(Path.of(arguments[0]), picture());
        Path status = Path.of("/proc/self/status");
        if (Files.exists(status)) {
            Files.readAllLines(status).stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .forEach(line -> System.out.println(line.replaceAll("\\D", "")));
        }
    }
}
