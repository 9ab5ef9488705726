package dev.lockkeeper.cli;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads lines of UTF-8 that somebody else writes, and keeps none that is longer than it may be. Not thread-safe. */
final class LimitedLines {
    private final InputStream in;
    private final int longest;

    /** @param longest in bytes */
    LimitedLines(InputStream in, int longest) {
        this.in = new BufferedInputStream(in);
        this.longest = longest;
    }

    /** A line without its end; null where it was too long. */
    record Line(@Nullable String text) {}

    /** The next line; null at the end. What stands behind the last end of a line is one too. */
    @Nullable
    Line next() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        boolean tooLong = false;
        int b = in.read();
        if (b < 0) {
            return null;
        }
        for (; b >= 0 && b != '\n'; b = in.read()) {
            tooLong |= bytes.size() >= longest;
            if (!tooLong) {
                bytes.write(b);
            }
        }
        return new Line(tooLong ? null : bytes.toString(StandardCharsets.UTF_8).strip());
    }
}
