package dev.lockkeeper.gate;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 over texts, each after its length, so that nothing can move from one to the next unseen. */
final class PlanDigest {
    private static final String TAG = "sha256:";

    private final MessageDigest digest;

    PlanDigest() {
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    PlanDigest add(String... texts) {
        for (String text : texts) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
            digest.update(bytes);
        }
        return this;
    }

    PlanDigest add(long number) {
        return add(Long.toString(number));
    }

    /** {@code sha256:} and 64 hexadecimal digits; asked for once. */
    String value() {
        return TAG + HexFormat.of().formatHex(digest.digest());
    }
}
