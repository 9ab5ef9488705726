package dev.lockkeeper.source;

import java.io.IOException;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** Computes the checksum of a text while somebody reads it. */
final class ChecksumReader extends Reader {
    private final Reader in;
    private final MessageDigest digest = Checksum.digest();
    private final CharsetEncoder encoder = StandardCharsets.UTF_8
            .newEncoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private final ByteBuffer bytes = ByteBuffer.allocate(1 << 16);
    /** Normalized characters that are not encoded yet: at most one half of a surrogate pair between two reads. */
    private CharBuffer waiting = CharBuffer.allocate(1 << 13);

    private boolean afterReturn;

    ChecksumReader(Reader in) {
        this.in = in;
    }

    @Override
    public int read(char[] buffer, int offset, int length) throws IOException {
        int count = in.read(buffer, offset, length);
        if (count > 0) {
            take(buffer, offset, count);
        }
        return count;
    }

    private void take(char[] buffer, int offset, int count) {
        if (waiting.remaining() < count) {
            waiting = CharBuffer.allocate(waiting.position() + count).put(waiting.flip());
        }
        for (int i = offset; i < offset + count; i++) {
            char c = buffer[i];
            boolean second = c == '\n' && afterReturn;
            afterReturn = c == '\r';
            if (!second) {
                waiting.put(c == '\r' ? '\n' : c);
            }
        }
        encode(false);
    }

    private void encode(boolean end) {
        waiting.flip();
        boolean more = true;
        while (more) {
            more = encoder.encode(waiting, bytes, end).isOverflow();
            digest.update(bytes.flip());
            bytes.clear();
        }
        waiting.compact();
    }

    /** Reads the rest and gives the checksum of the whole; only once. */
    Checksum finish() throws IOException {
        char[] buffer = new char[1 << 13];
        int count = 0;
        while (count >= 0) {
            count = read(buffer, 0, buffer.length);
        }
        encode(true);
        return Checksum.of(digest);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
