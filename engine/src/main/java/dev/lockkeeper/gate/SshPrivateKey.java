package dev.lockkeeper.gate;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An Ed25519 key that OpenSSH keeps in a file without a passphrase (OpenSSH, PROTOCOL.key). Prints nothing of itself. */
final class SshPrivateKey {
    private static final byte[] MAGIC = SshBlob.utf8("openssh-key-v1\0");
    private static final int SEED = 32;
    /** What stands before the 32 bytes of a seed in its PKCS #8 form (RFC 8410, section 7). */
    private static final byte[] PKCS8 = HexFormat.of().parseHex("302e020100300506032b657004220420");

    private static final Pattern ARMOR = Pattern.compile(
            "\\s*-----BEGIN OPENSSH PRIVATE KEY-----\\s+([A-Za-z0-9+/=\\s]+?)\\s*-----END OPENSSH PRIVATE KEY-----\\s*");

    private final byte[] seed;
    private final SshPublicKey publicKey;

    private SshPrivateKey(byte[] seed, SshPublicKey publicKey) {
        this.seed = seed;
        this.publicKey = publicKey;
    }

    /** The key of a file; empty when it is another one: with a passphrase, of another type, or in another form. */
    static Optional<SshPrivateKey> read(String file) throws SshBlob.Malformed {
        Matcher armor = ARMOR.matcher(file);
        if (!armor.matches()) {
            return Optional.empty();
        }
        SshBlob blob = SshBlob.base64(armor.group(1));
        if (!MessageDigest.isEqual(blob.raw(MAGIC.length), MAGIC)) {
            throw new SshBlob.Malformed("it does not begin as a key of OpenSSH does");
        }
        String cipher = blob.text();
        blob.string();
        blob.string();
        if (!cipher.equals("none") || blob.number() != 1) {
            return Optional.empty();
        }
        byte[] shown = blob.string();
        SshBlob hidden = new SshBlob(blob.string());
        blob.end();
        int first = hidden.number();
        int second = hidden.number();
        if (first != second) {
            throw new SshBlob.Malformed("its two check numbers differ");
        }
        if (!hidden.text().equals(SshPublicKey.TYPE)) {
            return Optional.empty();
        }
        hidden.string();
        byte[] pair = hidden.string();
        if (pair.length != 2 * SEED) {
            throw new SshBlob.Malformed("it has " + pair.length + " bytes instead of " + 2 * SEED);
        }
        return Optional.of(new SshPrivateKey(Arrays.copyOf(pair, SEED), SshPublicKey.of(shown)));
    }

    SshPublicKey publicKey() {
        return publicKey;
    }

    byte[] sign(byte[] bytes) {
        try {
            Signature signer = Signature.getInstance("Ed25519");
            signer.initSign(KeyFactory.getInstance("Ed25519")
                    .generatePrivate(new PKCS8EncodedKeySpec(SshBlob.joined(PKCS8, seed))));
            signer.update(bytes);
            return signer.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform from 15 on has Ed25519", e);
        }
    }
}
