package dev.lockkeeper.gate;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A signature as {@code ssh-keygen -Y sign} writes it (OpenSSH, PROTOCOL.sshsig).
 *
 * @param namespace what it is meant for: a signature for one purpose is none for another
 * @param hash by which the message was shortened: {@code sha256} or {@code sha512}
 * @param signature 64 bytes, in base64
 */
record SshSignature(SshPublicKey key, String namespace, String hash, String signature) {
    /** The purpose of approvals. */
    static final String PLAN = "lockkeeper-plan";

    /** The purpose of what seals a bundle of evidence. */
    static final String EVIDENCE = "lockkeeper-evidence";

    /** The purpose of signed heads of an audit chain. */
    static final String AUDIT = "lockkeeper-audit";

    private static final byte[] MAGIC = SshBlob.utf8("SSHSIG");
    private static final String SHA_512 = "sha512";
    private static final int VERSION = 1;
    private static final int LINE = 70;
    private static final Pattern ARMOR = Pattern.compile(
            "\\s*-----BEGIN SSH SIGNATURE-----\\s+([A-Za-z0-9+/=\\s]+?)\\s*-----END SSH SIGNATURE-----\\s*");

    /** Signs a message for a namespace. */
    static SshSignature sign(SshPrivateKey key, String namespace, byte[] message) {
        byte[] signed = key.sign(toSign(namespace, SHA_512, message));
        return new SshSignature(
                key.publicKey(), namespace, SHA_512, Base64.getEncoder().encodeToString(signed));
    }

    /** Reads the text of a signature file. */
    static SshSignature read(String armored) throws SshBlob.Malformed {
        Matcher armor = ARMOR.matcher(armored);
        if (!armor.matches()) {
            throw new SshBlob.Malformed("it does not stand between BEGIN SSH SIGNATURE and END SSH SIGNATURE");
        }
        SshBlob blob = SshBlob.base64(armor.group(1));
        if (!MessageDigest.isEqual(blob.raw(MAGIC.length), MAGIC)) {
            throw new SshBlob.Malformed("it does not begin with SSHSIG");
        }
        int version = blob.number();
        if (version != VERSION) {
            throw new SshBlob.Malformed("it is of version " + version + ", and only " + VERSION + " is known");
        }
        SshPublicKey key = SshPublicKey.of(blob.string());
        String namespace = blob.text();
        blob.string();
        String hash = blob.text();
        SshBlob signature = new SshBlob(blob.string());
        blob.end();
        String type = signature.text();
        byte[] value = signature.string();
        signature.end();
        if (!type.equals(SshPublicKey.TYPE)) {
            throw new SshBlob.Malformed("its key and its signature are of different types");
        }
        return new SshSignature(key, namespace, hash, Base64.getEncoder().encodeToString(value));
    }

    /** Whether the key has signed this message. */
    boolean signs(byte[] message) {
        return (hash.equals(SHA_512) || hash.equals("sha256"))
                && key.verifies(
                        toSign(namespace, hash, message), Base64.getDecoder().decode(signature));
    }

    private static byte[] toSign(String namespace, String hash, byte[] message) {
        try {
            byte[] digest = MessageDigest.getInstance(hash.equals(SHA_512) ? "SHA-512" : "SHA-256")
                    .digest(message);
            return SshBlob.joined(
                    MAGIC, SshBlob.strings(SshBlob.utf8(namespace), new byte[0], SshBlob.utf8(hash), digest));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256 and SHA-512", e);
        }
    }

    /** The text of a signature file. */
    String armored() {
        byte[] value = SshBlob.strings(
                SshBlob.utf8(SshPublicKey.TYPE), Base64.getDecoder().decode(signature));
        byte[] blob = SshBlob.joined(
                MAGIC,
                new byte[] {0, 0, 0, VERSION},
                SshBlob.strings(key.blob(), SshBlob.utf8(namespace), new byte[0], SshBlob.utf8(hash), value));
        String base64 = Base64.getEncoder().encodeToString(blob);
        StringBuilder lines = new StringBuilder("-----BEGIN SSH SIGNATURE-----\n");
        for (int at = 0; at < base64.length(); at += LINE) {
            lines.append(base64, at, Math.min(base64.length(), at + LINE)).append('\n');
        }
        return lines.append("-----END SSH SIGNATURE-----\n").toString();
    }
}
