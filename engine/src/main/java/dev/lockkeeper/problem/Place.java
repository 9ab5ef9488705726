package dev.lockkeeper.problem;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A position in a file that a user wrote.
 *
 * @param file the path as the user knows it
 * @param line counted from 1; 0 means the file as a whole
 * @param column counted from 1 in code points; 0 means the line as a whole
 * @param sourceLine the text of that line without its line ending; null when there is nothing to show
 */
public record Place(
        String file, int line, int column, @Nullable String sourceLine) {
    public Place {
        Objects.requireNonNull(file, "file");
    }

    /** The file as a whole. */
    public static Place of(String file) {
        return new Place(file, 0, 0, null);
    }

    /** {@code file:line:column}, leaving out what is not known. */
    @Override
    public String toString() {
        if (line == 0) {
            return file;
        }
        return column == 0 ? file + ":" + line : file + ":" + line + ":" + column;
    }
}
