package dev.lockkeeper.embedded;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A list of the files of a directory and their sizes, kept beside it, by which damage is found: a file that somebody
 * tidied away, or that lost its contents because the machine went down before they were on the disk.
 */
final class Contents {
    private Contents() {}

    /** Writes down what is in a directory. */
    static void record(Path directory, Path list) throws IOException {
        Files.write(list, of(directory));
    }

    /** Whether a directory holds what was written down, no more and no less. */
    static boolean hold(Path directory, Path list) {
        try {
            return Files.readAllLines(list).equals(of(directory));
        } catch (IOException e) {
            return false;
        }
    }

    private static List<String> of(Path directory) throws IOException {
        var lines = new ArrayList<String>();
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                lines.add(attributes.size() + " " + directory.relativize(file));
                return FileVisitResult.CONTINUE;
            }
        });
        Collections.sort(lines);
        return lines;
    }
}
