package dev.lockkeeper.gate;

import dev.lockkeeper.problem.LockkeeperException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * The signature of one who has put evidence together. It is for a purpose of its own, so that none of it passes for an approval.
 *
 * @param armored its text, as {@code ssh-keygen -Y sign} writes it
 */
public record Seal(SshPublicKey key, String armored) {
    /**
     * Signs a document.
     *
     * @param key the file of the key
     * @throws LockkeeperException {@code key-unusable}, {@code file-unreadable}
     */
    public static Seal sign(Path key, byte[] document) {
        SshSignature signature = new SigningKey(key).sign(SshSignature.EVIDENCE, document);
        return new Seal(signature.key(), signature.armored());
    }

    /** The seal of a document; empty when a text is none, or is that of another one or for another purpose. */
    public static Optional<Seal> of(String armored, byte[] document) {
        try {
            SshSignature signature = SshSignature.read(armored);
            return signature.namespace().equals(SshSignature.EVIDENCE) && signature.signs(document)
                    ? Optional.of(new Seal(signature.key(), armored))
                    : Optional.empty();
        } catch (SshBlob.Malformed e) {
            return Optional.empty();
        }
    }

    /** Whose it is by what a file of allowed signers says; empty when it does not count. */
    public Optional<String> person(AllowedSigners signers, Instant now) {
        return signers.judge(key, SshSignature.EVIDENCE, now) instanceof AllowedSigners.Verdict.Allowed person
                ? Optional.of(person.names().get(0))
                : Optional.empty();
    }

    /** Why it does not count by what a file of allowed signers says; empty when it does. */
    public Optional<String> objection(AllowedSigners signers, Instant now) {
        return signers.judge(key, SshSignature.EVIDENCE, now) instanceof AllowedSigners.Verdict.Refused refused
                ? Optional.of(refused.reason())
                : Optional.empty();
    }
}
