package dev.lockkeeper.cli;

import dev.lockkeeper.fix.EditedFile;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.ScriptReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Writes changed files, each as a whole or not at all. What is made comes first: a statement that moves to another file is at any moment in
 * one of them.
 */
final class WrittenFiles {
    private static final byte[] MARK = "\uFEFF".getBytes(StandardCharsets.UTF_8);

    private WrittenFiles() {}

    /**
     * Writes them.
     *
     * @throws LockkeeperException {@code fix-unproven} when a file is not any more what it was, {@code file-exists} when one that is to be made is
     *     there; then nothing was written. {@code file-unreadable} when one cannot be written; its notes tell which were
     */
    static void write(List<EditedFile> files) {
        for (EditedFile file : files) {
            if (file.isMade()
                    ? Files.exists(file.path())
                    : !ScriptReader.read(file.path()).equals(file.before())) {
                throw changed(file).asException();
            }
        }
        List<EditedFile> madeFirst = files.stream()
                .sorted(Comparator.comparing((EditedFile file) -> !file.isMade()))
                .toList();
        List<String> written = new ArrayList<>();
        for (EditedFile file : madeFirst) {
            try {
                write(file);
                written.add(file.name());
            } catch (FileAlreadyExistsException e) {
                throw told(changed(file), written).asException(e);
            } catch (IOException e) {
                throw told(
                                Problem.of(Code.FILE_UNREADABLE, "the file cannot be written: " + e)
                                        .at(Place.of(file.name()))
                                        .help(
                                                "check that the folder is writable for this user; lockkeeper fix goes on"),
                                written)
                        .asException(e);
            }
        }
    }

    private static Problem changed(EditedFile file) {
        return file.isMade()
                ? Problem.of(Code.FILE_EXISTS, "a file of this name is there now")
                        .at(Place.of(file.name()))
                        .help("run the command again")
                : Problem.of(Code.FIX_UNPROVEN, "the file has changed since it was read")
                        .at(Place.of(file.name()))
                        .because("what was proven is not what would be written")
                        .help("run the command again");
    }

    private static Problem told(Problem problem, List<String> written) {
        Problem told = problem;
        for (String file : written) {
            told = told.note("was written: " + file);
        }
        return told;
    }

    private static void write(EditedFile file) throws IOException {
        Path path = file.path().toAbsolutePath();
        if (file.isMade()) {
            Files.createDirectories(path.resolveSibling("."));
        } else {
            // a link stays one
            path = path.toRealPath();
        }
        // hidden files are no migrations
        Path draft = path.resolveSibling("." + path.getFileName() + ".lockkeeper");
        try {
            if (file.isMade()) {
                Files.write(draft, content(file, false));
                Files.move(draft, path);
            } else {
                byte[] before = Files.readAllBytes(path);
                boolean marked = Arrays.equals(before, 0, Math.min(MARK.length, before.length), MARK, 0, MARK.length);
                // with the rights of the file
                Files.copy(path, draft, StandardCopyOption.COPY_ATTRIBUTES, StandardCopyOption.REPLACE_EXISTING);
                Files.write(draft, content(file, marked));
                Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE);
            }
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private static byte[] content(EditedFile file, boolean marked) {
        return ((marked ? "\uFEFF" : "") + file.after()).getBytes(StandardCharsets.UTF_8);
    }
}
