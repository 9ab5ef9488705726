package dev.lockkeeper.library;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Root;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Where migrations lie. Immutable. */
sealed interface Location {
    /** A folder of any file system that stays open. */
    record OfPath(Path folder) implements Location {}

    /** A folder of the class path: names parted by slashes. */
    record OfClassPath(String folder) implements Location {
        @Override
        public String toString() {
            return Location.PREFIX + folder;
        }
    }

    String PREFIX = "classpath:";

    /**
     * Reads what a program says.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code usage} for what is not understood
     */
    static Location of(String text) {
        if (text.startsWith(PREFIX)) {
            return ofClassPath(text);
        }
        if (text.isBlank() || text.matches("[A-Za-z][A-Za-z0-9+.*-]+:.*")) {
            throw refused(text)
                    .help("write classpath:FOLDER, the path of a folder, or give a java.nio.file.Path")
                    .asException();
        }
        try {
            return new OfPath(Path.of(text));
        } catch (InvalidPathException e) {
            throw refused(text).because(e.getReason()).asException(e);
        }
    }

    private static Location ofClassPath(String text) {
        String folder = text.substring(PREFIX.length()).replaceAll("^/+|/+$", "");
        List<String> names = Arrays.asList(folder.split("/", -1));
        if (names.contains("") || names.contains(".") || names.contains("..") || folder.matches(".*[*?\\\\].*")) {
            throw refused(text)
                    .because("a folder of the class path is named from its root on, without . and .. and wildcards")
                    .help("write it like classpath:db/migration")
                    .asException();
        }
        return new OfClassPath(folder);
    }

    private static Problem refused(String text) {
        return Problem.of(Code.USAGE, "migrations cannot be read from \"" + text + "\"");
    }

    /** Opens what has to be open while migrations are read and run. */
    default Opened open(ClassLoader loader) {
        return this instanceof OfClassPath named
                ? ClassPathFolders.open(named, loader)
                : new Opened(List.of(Root.of(((OfPath) this).folder)), List.of());
    }
}
