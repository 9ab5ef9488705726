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

    /** The checksum of a text whose line endings are already normalized. */
    public static Checksum of(String normalized) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(normalized.getBytes(StandardCharsets.UTF_8));
            return new Checksum(TAG + HexFormat.of().formatHex(digest));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
