package dev.lockkeeper.problem;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A position in a file that a user wrote.
 *
 * @param file the path as the user knows it
 * @param line counted from 1; 0 means the file as a whole
 * @param column counted from 1 in code points; 0 means the line as a whole
 * @param sourceLine the text of that line without its line ending and with stars for passwords, of a very long one the part around the column between ellipses; null when
 *     there is nothing to show
 * @param hidden how many code points of the line stand before {@code sourceLine}, its ellipsis counted as one of its own
 */
public record Place(
        String file, int line, int column, @Nullable String sourceLine, int hidden) {
    /** A longer line is cut, as psql cuts it. */
    private static final int LONGEST = 240;

    private static final int BEFORE = 60;
    private static final int AFTER = 100;

    public Place {
        Objects.requireNonNull(file, "file");
    }

    /** @param wholeLine the whole line, however long it is; null when there is nothing to show */
    public Place(String file, int line, int column, @Nullable String wholeLine) {
        this(file, line, column, excerpt(Secrets.masked(wholeLine), column), hidden(wholeLine, column));
    }

    /** The file as a whole. */
    public static Place of(String file) {
        return new Place(file, 0, 0, null);
    }

    /**
     * A position whose line may be too long to be known as a whole.
     *
     * @param before what stands on the line before the column, or at least the last 60 characters of that
     * @param after what stands on the line from the column on, or at least the first 100 characters of that
     * @param wholeLine whether the line ends with {@code after}
     */
    public static Place around(String file, int line, int column, String before, String after, boolean wholeLine) {
        int known = before.codePointCount(0, before.length());
        if (known == column - 1 && wholeLine) {
            return new Place(file, line, column, before + after);
        }
        String head = known <= BEFORE ? before : before.substring(before.offsetByCodePoints(before.length(), -BEFORE));
        int end =
                after.codePointCount(0, after.length()) <= AFTER ? after.length() : after.offsetByCodePoints(0, AFTER);
        int cut = column - 1 - Math.min(known, BEFORE);
        boolean more = end < after.length() || !wholeLine;
        return new Place(
                file,
                line,
                column,
                (cut > 0 ? "…" : "") + head + after.substring(0, end) + (more ? "…" : ""),
                Math.max(0, cut - 1));
    }

    private static @Nullable String excerpt(@Nullable String line, int column) {
        if (line == null || line.length() <= LONGEST) {
            return line;
        }
        int start = start(line, column);
        int end = start;
        for (int i = 0; i < BEFORE + AFTER && end < line.length(); i++) {
            end = line.offsetByCodePoints(end, 1);
        }
        return (start > 0 ? "…" : "") + line.substring(start, end) + (end < line.length() ? "…" : "");
    }

    private static int hidden(@Nullable String line, int column) {
        if (line == null || line.length() <= LONGEST) {
            return 0;
        }
        int start = start(line, column);
        return start == 0 ? 0 : line.codePointCount(0, start) - 1;
    }

    /** The offset in chars at which the part to show starts. */
    private static int start(String line, int column) {
        int before = Math.max(0, column - 1 - BEFORE);
        int start = 0;
        for (int i = 0; i < before && start < line.length(); i++) {
            start = line.offsetByCodePoints(start, 1);
        }
        return start;
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
