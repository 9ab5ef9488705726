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
}
