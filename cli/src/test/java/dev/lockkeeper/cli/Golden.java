package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Texts that a person reads, kept in files; {@code -Dlockkeeper.golden=refresh} writes them anew. */
final class Golden {
    private Golden() {}

    static void check(String name, String actual) {
        checkFile("cli/src/test/resources/golden/" + name + ".txt", actual);
    }

    /** The same for any file of the repository. */
    static void checkFile(String path, String actual) {
        Path file = Path.of(System.getProperty("lockkeeper.root"), path);
        try {
            if ("refresh".equals(System.getProperty("lockkeeper.golden"))) {
                Files.createDirectories(file.resolveSibling("."));
                Files.writeString(file, actual);
            }
            assertThat(file).exists();
            assertThat(actual).isEqualTo(Files.readString(file));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The same for the part of a file between the comments {@code NAME} and {@code end of NAME}; the rest is by hand. */
    static void checkSection(String path, String name, String actual) {
        Path file = Path.of(System.getProperty("lockkeeper.root"), path);
        String begin = "<!-- " + name + " -->\n";
        String end = "<!-- end of " + name + " -->\n";
        try {
            String text = Files.readString(file);
            assertThat(text).contains(begin, end);
            String before = text.substring(0, text.indexOf(begin) + begin.length());
            checkFile(path, before + "\n" + actual + "\n" + text.substring(text.indexOf(end)));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
