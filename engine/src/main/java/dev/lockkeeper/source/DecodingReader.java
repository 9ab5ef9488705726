package dev.lockkeeper.source;

import dev.lockkeeper.problem.LockkeeperException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads a part of a file that need not fit into memory: strict UTF-8 without a byte-order mark, as {@link ScriptReader} reads the others.
 *
 * <p>Reading throws {@link LockkeeperException} {@code file-unreadable} at what is not UTF-8, at a NUL character and in a file of 2 GiB of
 * characters and more.
 */
final class DecodingReader extends Reader {
    private final LargeFile file;
    private final InputStream in;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    private final ByteBuffer bytes = ByteBuffer.allocate(1 << 16).flip();
    private final CharBuffer chars = CharBuffer.allocate(1 << 16).flip();
    private final int end;
    private boolean ended;
    private boolean begun;
    /** How many characters of the file have been decoded, and how many of them given away. */
    private long decoded;

    private int position;
    /** What is wrong with the file right after the characters that were decoded: met when all of them have been given. */
    private @Nullable Supplier<LockkeeperException> flaw;

    /** @param start the first character to give; counted in chars without the mark */
    DecodingReader(LargeFile file, InputStream in, int start, int end) throws IOException {
        this.file = file;
        this.in = in;
        this.end = end;
        while (position < start && fill()) {
            int skipped = Math.min(start - position, chars.remaining());
            chars.position(chars.position() + skipped);
            position += skipped;
        }
    }

    @Override
    public int read(char[] buffer, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (position >= end || !fill()) {
            return -1;
        }
        int count = Math.min(Math.min(length, chars.remaining()), end - position);
        chars.get(buffer, offset, count);
        position += count;
        return count;
    }

    /** Whether there is a character to give. */
    private boolean fill() throws IOException {
        while (!chars.hasRemaining()) {
            if (flaw != null) {
                throw flaw.get();
            }
            if (ended) {
                return false;
            }
            bytes.compact();
            int count = in.read(bytes.array(), bytes.position(), bytes.remaining());
            ended = count < 0;
            bytes.position(bytes.position() + Math.max(0, count)).flip();
            chars.clear();
            CoderResult result = decoder.decode(bytes, chars, ended);
            chars.flip();
            take(result);
        }
        return true;
    }

    private void take(CoderResult result) {
        if (!begun && chars.hasRemaining()) {
            begun = true;
            if (chars.get(chars.position()) == '\uFEFF') {
                chars.get();
            }
        }
        if (result.isError()) {
            byte found = bytes.get(bytes.position());
            flaw = () -> ScriptReader.notUtf8(file.placeWithoutLine((int) decoded), found);
        }
        for (int i = chars.position(); i < chars.limit(); i++) {
            if (chars.get(i) == '\0') {
                chars.limit(i);
                flaw = () -> ScriptReader.nul(file.placeWithoutLine((int) decoded));
            }
        }
        decoded += chars.remaining();
        if (decoded > Integer.MAX_VALUE - 1) {
            throw file.tooLarge();
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
