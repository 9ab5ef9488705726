package dev.lockkeeper.address;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The private key of a client's certificate. The driver wants to be told its algorithm, and knows PKCS#8 only.
 *
 * @param text what the file holds; empty when there is none, it cannot be read, or it is not a PEM
 * @param given who named it; null when it is in its usual place
 */
record KeyFile(String text, @Nullable Given given) {
    private static final String NEW = "-----BEGIN PRIVATE KEY-----";
    /** The object identifiers 1.2.840.10045.2.1 and 1.3.101.112 in DER. */
    private static final String ELLIPTIC = new String(
            new byte[] {0x06, 0x07, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 0x02, 0x01},
            StandardCharsets.ISO_8859_1);

    private static final String EDWARDS =
            new String(new byte[] {0x06, 0x03, 0x2B, 0x65, 0x70}, StandardCharsets.ISO_8859_1);

    /**
     * Reads the file.
     *
     * @param path null when there is none
     */
    static KeyFile of(@Nullable Given given, @Nullable String path) {
        try {
            return new KeyFile(path == null ? "" : Files.readString(Path.of(path), StandardCharsets.ISO_8859_1), given);
        } catch (IOException e) {
            // the driver tells it when the key is needed
            return new KeyFile("", given);
        }
    }

    /**
     * The driver's name for the algorithm; empty for its default, RSA, and when the key is encrypted.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code usage} for the forms that OpenSSL wrote before PKCS#8
     */
    Optional<String> algorithm() {
        if (text.contains("-----BEGIN RSA PRIVATE KEY-----") || text.contains("-----BEGIN EC PRIVATE KEY-----")) {
            throw Optional.ofNullable(given)
                    .orElse(new Given("sslkey", "", "~/.postgresql/postgresql.key"))
                    .refused(
                            "has the old form of OpenSSL, which the driver does not read",
                            "convert it: openssl pkcs8 -topk8 -nocrypt -in KEY -out NEW");
        }
        int start = text.indexOf(NEW);
        int end = text.indexOf("-----END", Math.max(start, 0));
        if (start < 0 || end < 0) {
            return Optional.empty();
        }
        String der = new String(
                Base64.getMimeDecoder().decode(text.substring(start + NEW.length(), end)), StandardCharsets.ISO_8859_1);
        return der.contains(ELLIPTIC)
                ? Optional.of("EC")
                : der.contains(EDWARDS) ? Optional.of("EdDSA") : Optional.empty();
    }
}
