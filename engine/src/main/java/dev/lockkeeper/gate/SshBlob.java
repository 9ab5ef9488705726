package dev.lockkeeper.gate;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Bytes as SSH packs them: numbers of four bytes, and strings after their length (RFC 4251, section 5). */
final class SshBlob {
    private final ByteBuffer bytes;

    SshBlob(byte[] bytes) {
        this.bytes = ByteBuffer.wrap(bytes);
    }

    /** Reads base64 with white space in it. Each blob has one spelling: another one for the same bytes is refused. */
    static SshBlob base64(String text) throws Malformed {
        String dense = text.replaceAll("\\s", "");
        try {
            byte[] bytes = Base64.getDecoder().decode(dense);
            if (Base64.getEncoder().encodeToString(bytes).equals(dense)) {
                return new SshBlob(bytes);
            }
        } catch (IllegalArgumentException e) {
            // reported below like another spelling
        }
        throw new Malformed("it is not base64");
    }

    /** Bytes that are not packed as they should be. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1;

        Malformed(String message) {
            super(message);
        }
    }

    int number() throws Malformed {
        try {
            return bytes.getInt();
        } catch (BufferUnderflowException e) {
            throw new Malformed("it ends too early");
        }
    }

    byte[] raw(int length) throws Malformed {
        if (length < 0 || length > bytes.remaining()) {
            throw new Malformed("it ends too early");
        }
        byte[] raw = new byte[length];
        bytes.get(raw);
        return raw;
    }

    byte[] string() throws Malformed {
        return raw(number());
    }

    String text() throws Malformed {
        return new String(string(), StandardCharsets.UTF_8);
    }

    /** The rest, of which nothing must be left over. */
    void end() throws Malformed {
        if (bytes.hasRemaining()) {
            throw new Malformed("something follows its end");
        }
    }

    /** Packs strings one after the other. */
    static byte[] strings(byte[]... strings) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] string : strings) {
            out.writeBytes(
                    ByteBuffer.allocate(Integer.BYTES).putInt(string.length).array());
            out.writeBytes(string);
        }
        return out.toByteArray();
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
