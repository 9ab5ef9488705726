package dev.lockkeeper.cli;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.ScriptReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Files that were generated once and are generated no more. */
final class Leftovers {
    private static final int HEAD = 400;
    private static final int DEEPEST = 20;
    /** What compilers make of generated files keeps their first lines. */
    private static final Set<String> BUILT = Set.of("node_modules", "dist", "target");

    private Leftovers() {}

    /** Those in a folder that have the mark and are not wanted, in the order of their names; links are not followed. */
    static List<Path> of(Path folder, Set<Path> wanted, String mark) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(folder, DEEPEST)) {
            return files.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .filter(file -> !wanted.contains(file) && !isBuilt(folder.relativize(file)))
                    .filter(file -> isMarked(file, mark))
                    .sorted()
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            throw unreadable(folder, "the folder cannot be read: " + e, e);
        }
    }

    private static boolean isBuilt(Path file) {
        return StreamSupport.stream(file.spliterator(), false).anyMatch(part -> BUILT.contains(part.toString()));
    }

    private static boolean isMarked(Path file, String mark) {
        try (var in = Files.newInputStream(file)) {
            return new String(in.readNBytes(HEAD), StandardCharsets.UTF_8).contains(mark);
        } catch (IOException e) {
            throw unreadable(file, "the file cannot be read: " + e, e);
        }
    }

    static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw unreadable(file, "the file cannot be removed: " + e, e);
        }
    }

    private static RuntimeException unreadable(Path file, String message, Exception e) {
        return Problem.of(Code.FILE_UNREADABLE, message)
                .at(Place.of(ScriptReader.display(file)))
                .help("check the folder and its rights")
                .asException(e);
    }
}
