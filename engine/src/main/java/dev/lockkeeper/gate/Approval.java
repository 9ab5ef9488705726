package dev.lockkeeper.gate;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.ScriptReader;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A signature that is put forward as an approval.
 *
 * @param source where it was found: a file, or the record in the database
 * @param armored its text
 */
public record Approval(String source, String armored) {
    private static final String ENDING = ".sig";

    /**
     * The signatures that lie beside a plan file: files whose names begin with its own and end with {@code .sig}.
     *
     * @throws LockkeeperException {@code file-unreadable}
     */
    public static List<Approval> beside(Path plan) {
        Path folder = plan.toAbsolutePath().getParent();
        String name = String.valueOf(plan.getFileName());
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(
                folder == null ? Path.of("/") : folder,
                file -> file.getFileName().toString().startsWith(name + ".")
                        && file.getFileName().toString().endsWith(ENDING))) {
            found.forEach(files::add);
        } catch (IOException e) {
            throw Problem.of(Code.FILE_UNREADABLE, "the folder of the plan cannot be read: " + e.getMessage())
                    .at(Place.of(plan.toString()))
                    .asException(e);
        }
        return files.stream()
                .sorted()
                .map(file -> new Approval(
                        ScriptReader.display(plan.resolveSibling(file.getFileName())), ScriptReader.read(file)))
                .toList();
    }

    /** Where an approval is written that a person gives. */
    static Path file(Path plan, String principal) {
        return plan.resolveSibling(plan.getFileName() + "." + principal.replaceAll("[^A-Za-z0-9@._-]", "_") + ENDING);
    }
}
