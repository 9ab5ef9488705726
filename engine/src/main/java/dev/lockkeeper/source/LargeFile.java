package dev.lockkeeper.source;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;

/** A script file that is read from the disk whenever it is needed, because it is too large to be held in memory. */
record LargeFile(ScriptFile file) {
    /** Above this size, in bytes, a file is not held. */
    static final int THRESHOLD = 4 << 20;

    /** How much of a line is shown before and after a place. */
    private static final int AROUND = 200;

    String display() {
        return file.display();
    }

    /**
     * Reads a part.
     *
     * @param start in chars, a byte-order mark not counted
     * @throws LockkeeperException {@code file-unreadable}, now or while it is read
     */
    Reader open(int start, int end) {
        try {
            return new DecodingReader(this, Files.newInputStream(file.path()), start, end);
        } catch (IOException e) {
            throw ScriptReader.unreadable(file.path(), display(), e);
        }
    }

    LockkeeperException unreadable(IOException e) {
        return ScriptReader.unreadable(file.path(), display(), e);
    }

    LockkeeperException tooLarge() {
        return Problem.of(Code.FILE_UNREADABLE, "the file has more than 2,147,483,646 characters")
                .at(Place.of(display()))
                .help("divide it into several migrations")
                .asException();
    }

    /** The part as a text in memory. */
    String text(int start, int end) {
        StringBuilder text = new StringBuilder();
        char[] buffer = new char[1 << 16];
        try (Reader in = open(start, end)) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                text.append(buffer, 0, count);
            }
        } catch (IOException e) {
            throw unreadable(e);
        }
        return text.toString();
    }

    /** Where a character is, with the part of its line around it. */
    Place place(int offset) {
        Position position = position(offset);
        String after = "";
        boolean wholeLine = true;
        try {
            String rest = text(offset, (int) Math.min(Integer.MAX_VALUE, (long) offset + AROUND));
            int end = Lines.end(rest, 0);
            wholeLine = end < rest.length() || rest.length() < AROUND;
            after = rest.substring(0, end);
        } catch (LockkeeperException whatFollowsCannotBeRead) {
            // the place is right all the same
        }
        return Place.around(display(), position.line(), position.column(), position.before(), after, wholeLine);
    }

    /** The same without the text of the line, for a file that cannot be read beyond it. */
    Place placeWithoutLine(int offset) {
        Position position = position(offset);
        return new Place(display(), position.line(), position.column(), null);
    }

    /**
     * A position.
     *
     * @param before what stands before it on its line, or the end of that
     */
    private record Position(int line, int column, String before) {}

    /** The number of the line of an offset, counted from 1. */
    int line(int offset) {
        return position(offset).line();
    }

    private Position position(int offset) {
        int line = 1;
        int column = 1;
        StringBuilder before = new StringBuilder();
        char[] buffer = new char[1 << 16];
        boolean afterReturn = false;
        try (Reader in = open(0, offset)) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                for (int i = 0; i < count; i++) {
                    char c = buffer[i];
                    boolean second = c == '\n' && afterReturn;
                    afterReturn = c == '\r';
                    if (second) {
                        continue;
                    }
                    if (c == '\n' || c == '\r') {
                        line++;
                        column = 1;
                        before.setLength(0);
                    } else {
                        column += Character.isLowSurrogate(c) ? 0 : 1;
                        if (before.length() > 20 * AROUND) {
                            before.delete(0, before.length() - AROUND);
                        }
                        before.append(c);
                    }
                }
            }
        } catch (IOException e) {
            throw unreadable(e);
        }
        return new Position(line, column, before.toString());
    }
}
