package dev.lockkeeper.gate;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The files that lie beside a plan file: their names begin with its own. */
final class Beside {
    private Beside() {}

    /**
     * Those with an ending, by their names.
     *
     * @throws LockkeeperException {@code file-unreadable}
     */
    static List<Path> files(Path plan, String ending) {
        Path folder = plan.toAbsolutePath().getParent();
        String name = String.valueOf(plan.getFileName());
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(
                folder == null ? Path.of("/") : folder,
                file -> file.getFileName().toString().startsWith(name + ".")
                        && file.getFileName().toString().endsWith(ending))) {
            found.forEach(files::add);
        } catch (IOException e) {
            throw Problem.of(Code.FILE_UNREADABLE, "the folder of the plan cannot be read: " + e.getMessage())
                    .at(Place.of(plan.toString()))
                    .asException(e);
        }
        return files.stream()
                .sorted()
                .map(file -> plan.resolveSibling(file.getFileName()))
                .toList();
    }

    /** Where a file of a person is written. */
    static Path file(Path plan, String name, String ending) {
        return plan.resolveSibling(plan.getFileName() + "." + name.replaceAll("[^A-Za-z0-9@._-]", "_") + ending);
    }
}
