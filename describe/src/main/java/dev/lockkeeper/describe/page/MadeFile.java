package dev.lockkeeper.describe.page;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.ScriptReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes a file that is made anew whenever somebody asks, as a whole or not at all: who reads it meanwhile sees the old one. */
public final class MadeFile {
    private MadeFile() {}

    /**
     * Writes it over what is there, with the folders that it needs.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code file-unreadable} when it cannot be written; what was there stays
     */
    public static void write(Path file, String text) {
        Path draft = file.resolveSibling("." + file.getFileName() + ".lockkeeper");
        try {
            Files.createDirectories(file.toAbsolutePath().resolveSibling("."));
            try {
                Files.writeString(draft, text);
                Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(draft);
            }
        } catch (IOException e) {
            throw Problem.of(Code.FILE_UNREADABLE, "the file cannot be written: " + e)
                    .at(Place.of(ScriptReader.display(file)))
                    .help("check the folder, its rights and the room on its disk")
                    .asException(e);
        }
    }
}
