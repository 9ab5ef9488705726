package dev.lockkeeper.gate;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file on which people rely: it is never written over another one, and never half. */
public final class NewFile {
    private NewFile() {}

    /**
     * Writes the whole content or nothing.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code file-exists}, {@code file-unreadable} when it cannot be
     *     written; nothing is left of it then
     */
    public static void write(Path file, byte[] content) {
        boolean made = false;
        boolean whole = false;
        try {
            Files.createFile(file);
            made = true;
            Files.write(file, content, StandardOpenOption.SYNC);
            whole = true;
        } catch (FileAlreadyExistsException e) {
            throw Problem.of(Code.FILE_EXISTS, "there is a file already, and it is not overwritten")
                    .at(Place.of(file.toString()))
                    .help("name another file, or remove this one")
                    .asException(e);
        } catch (IOException e) {
            throw Problem.of(Code.FILE_UNREADABLE, "the file cannot be written: " + e.getMessage())
                    .at(Place.of(file.toString()))
                    .help("check the folder, its rights and the room on its disk")
                    .asException(e);
        } finally {
            if (made && !whole) {
                remove(file);
            }
        }
    }

    /** The same for a text, in UTF-8. */
    public static void write(Path file, String text) {
        write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Makes sure that a file could be written, before something is done that the file is to tell of.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code file-exists}, {@code file-unreadable}
     */
    public static void requireRoom(Path file) {
        // the folder alone may promise more than the disk or its mount give
        write(file, new byte[0]);
        remove(file);
    }

    private static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // a part of it stays, and is refused by whoever reads it
        }
    }
}
