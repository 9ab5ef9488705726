package dev.lockkeeper.source;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The digest of a text, tagged with the way it was computed, so that a later version of Lockkeeper can tell.
 *
 * @param value {@code sha256-lf:} and 64 hexadecimal digits: SHA-256 over UTF-8 with line endings normalized to LF and
 *     without a byte-order mark
 */
public record Checksum(String value) {
    private static final String TAG = "sha256-lf:";
    /** Only ever cloned: asking for one by name a thousand times costs more than the digests. */
    private static final MessageDigest SHA_256 = sha256();

    /** The checksum of a text, whatever its line endings are. */
    public static Checksum of(String text) {
        MessageDigest digest = digest();
        digest.update(ScriptReader.normalize(text).getBytes(StandardCharsets.UTF_8));
        return of(digest);
    }

    /** A SHA-256 to fill. */
    public static MessageDigest digest() {
        try {
            return (MessageDigest) SHA_256.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the digests of the Java platform can be cloned", e);
        }
    }

    /** The checksum of the normalized text that a digest was filled with. */
    static Checksum of(MessageDigest filled) {
        return new Checksum(TAG + HexFormat.of().formatHex(filled.digest()));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Whether both are of the same text. Linking a record's own {@code equals} costs a start 10 ms. */
    public boolean is(Checksum other) {
        return value.equals(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
