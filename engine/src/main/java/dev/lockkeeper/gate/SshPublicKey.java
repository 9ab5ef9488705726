package dev.lockkeeper.gate;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;

/**
 * A public Ed25519 key of OpenSSH.
 *
 * @param base64 as a key file writes it
 */
public record SshPublicKey(String base64) {
    static final String TYPE = "ssh-ed25519";

    private static final int LENGTH = 32;
    /** What stands before the 32 bytes of a key in its X.509 form (RFC 8410, section 4). */
    private static final byte[] X509 = HexFormat.of().parseHex("302a300506032b6570032100");

    /** Reads the bytes that a signature or a key file holds. */
    static SshPublicKey of(byte[] blob) throws SshBlob.Malformed {
        point(blob);
        return new SshPublicKey(Base64.getEncoder().encodeToString(blob));
    }

    private static byte[] point(byte[] blob) throws SshBlob.Malformed {
        SshBlob read = new SshBlob(blob);
        String type = read.text();
        if (!type.equals(TYPE)) {
            throw new SshBlob.Malformed("it is a key of type " + printable(type) + ", and only " + TYPE + " counts");
        }
        byte[] point = read.string();
        read.end();
        if (point.length != LENGTH) {
            throw new SshBlob.Malformed("the key has " + point.length + " bytes instead of " + LENGTH);
        }
        return point;
    }

    private static String printable(String type) {
        return type.length() > 60 ? "unknown" : type.replaceAll("[^\\x20-\\x7e]", "?");
    }

    /** Whether the owner of the key has signed the bytes. */
    boolean verifies(byte[] signed, byte[] signature) {
        try {
            PublicKey key = KeyFactory.getInstance("Ed25519")
                    .generatePublic(new X509EncodedKeySpec(SshBlob.joined(X509, point(blob()))));
            Signature verifier = Signature.getInstance("Ed25519");
            verifier.initVerify(key);
            verifier.update(signed);
            return verifier.verify(signature);
        } catch (GeneralSecurityException | SshBlob.Malformed e) {
            // what is no point of the curve, or no number of its order, has signed nothing
            return false;
        }
    }

    byte[] blob() {
        return Base64.getDecoder().decode(base64);
    }

    /** As {@code ssh-keygen -l} prints it. */
    public String fingerprint() {
        try {
            return "SHA256:"
                    + Base64.getEncoder()
                            .withoutPadding()
                            .encodeToString(MessageDigest.getInstance("SHA-256").digest(blob()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
