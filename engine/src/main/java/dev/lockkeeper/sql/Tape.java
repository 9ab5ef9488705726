package dev.lockkeeper.sql;

import java.io.IOException;
import java.io.Reader;

/** Reads a text and remembers it from a certain place on, which moves forward. */
final class Tape extends Reader implements Splitter.Source {
    /** What may be kept in vain, so that moving the rest is paid by what went before. */
    private static final int SLACK = 1 << 16;

    private final Reader in;
    private final StringBuilder kept = new StringBuilder();
    private int base;

    Tape(Reader in) {
        this.in = in;
    }

    @Override
    public int read(char[] buffer, int offset, int length) throws IOException {
        int count = in.read(buffer, offset, length);
        if (count > 0) {
            kept.append(buffer, offset, count);
        }
        return count;
    }

    /** A part, counted from the start of the text; it must not be forgotten. */
    @Override
    public String between(int start, int end) {
        return kept.substring(start - base, end - base);
    }

    @Override
    public void forget(int before) {
        int unused = before - base;
        if (unused > SLACK && unused > kept.length() / 2) {
            kept.delete(0, unused);
            base = before;
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
