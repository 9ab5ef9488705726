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

/** The files that lie beside a plan file: their names begin with its own. */
final class Beside {
    /** How many bytes a file has at most that somebody wrote beside a plan. */
    private static final long LARGEST = 65_536;

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

    /**
     * The text of one of them. Whoever may write into the folder must not keep a command waiting: a pipe has no end, and a device none
     * either.
     *
     * @param code of the problem when it is no file that can be one of them
     * @throws LockkeeperException with that code, or {@code file-unreadable}
     */
    static String read(Path file, Code code) {
        String shown = ScriptReader.display(file);
        try {
            boolean exists = Files.exists(file);
            if (exists && !Files.isRegularFile(file)) {
                throw unfit(code, shown, "is no regular file");
            }
            if (exists && Files.size(file) > LARGEST) {
                throw unfit(code, shown, "has more than " + LARGEST + " bytes");
            }
        } catch (IOException e) {
            throw Problem.of(Code.FILE_UNREADABLE, "the file cannot be read: " + e.getMessage())
                    .at(Place.of(shown))
                    .asException(e);
        }
        return ScriptReader.read(file);
    }

    private static LockkeeperException unfit(Code code, String shown, String why) {
        return Problem.of(code, "what lies beside the plan " + why)
                .at(Place.of(shown))
                .because("its name says that it belongs to the plan")
                .help("remove it, or give it another name")
                .asException();
    }

    /** Where a file of a person is written. */
    static Path file(Path plan, String name, String ending) {
        return plan.resolveSibling(plan.getFileName() + "." + name.replaceAll("[^A-Za-z0-9@._-]", "_") + ending);
    }
}
