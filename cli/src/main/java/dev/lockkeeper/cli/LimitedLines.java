package dev.lockkeeper.cli;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
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

    /**
     * A line without its end.
     *
     * @param text null where it was too long, or is no UTF-8
     * @param wrong why there is no text; null where there is one
     */
    record Line(@Nullable String text, @Nullable String wrong) {}

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
        if (tooLong) {
            return new Line(null, "a message may have " + longest + " bytes");
        }
        try {
            return new Line(
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes.toByteArray()))
                            .toString()
                            .strip(),
                    null);
        } catch (CharacterCodingException e) {
            return new Line(null, "a message is UTF-8");
        }
    }
}
