package dev.lockkeeper.gate;

import dev.lockkeeper.source.ScriptReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * What a file that somebody has signed for the namespace {@code lockkeeper-audit} is worth. The signature lies beside it, as
 * {@code ssh-keygen -Y sign -n lockkeeper-audit} writes it.
 */
public sealed interface Signed {
    /** Nobody has signed it. */
    record Nobody() implements Signed {}

    /**
     * A person whose signature counts.
     *
     * @param names all names of the person, at least one
     */
    record By(List<String> names) implements Signed {
        public By {
            names = List.copyOf(names);
        }
    }

    /** There is a signature that does not count, and why. */
    record Refused(String reason) implements Signed {}

    /** Where the signature of a file lies. */
    static Path beside(Path file) {
        return file.resolveSibling(file.getFileName() + ".sig");
    }

    /**
     * Judges the signature beside a file.
     *
     * @param text what the file holds
     * @param now at which the key must count
     * @throws dev.lockkeeper.problem.LockkeeperException {@code file-unreadable}
     */
    static Signed of(Path file, String text, AllowedSigners signers, Instant now) {
        Path beside = beside(file);
        if (!Files.exists(beside)) {
            return new Nobody();
        }
        SshSignature signature;
        try {
            signature = SshSignature.read(ScriptReader.read(beside));
        } catch (SshBlob.Malformed e) {
            return new Refused("it is no signature that counts: " + e.getMessage());
        }
        if (!signature.namespace().equals(SshSignature.AUDIT)) {
            return new Refused("the signature is for another purpose: " + Approvals.printable(signature.namespace()));
        }
        if (!signature.signs(text.getBytes(StandardCharsets.UTF_8))) {
            return new Refused("the signature is not of this file: one of the two was altered");
        }
        AllowedSigners.Verdict verdict = signers.judge(signature.key(), SshSignature.AUDIT, now);
        return verdict instanceof AllowedSigners.Verdict.Allowed allowed
                ? new By(allowed.names())
                : new Refused(((AllowedSigners.Verdict.Refused) verdict).reason());
    }

    /**
     * Signs a file, and writes the signature beside it.
     *
     * @return where it lies
     * @throws dev.lockkeeper.problem.LockkeeperException {@code key-unusable}, {@code file-exists}, {@code file-unreadable}
     */
    static Path sign(Path file, String text, Path key) {
        SshSignature signature = new SigningKey(key).sign(SshSignature.AUDIT, text.getBytes(StandardCharsets.UTF_8));
        NewFile.write(beside(file), signature.armored());
        return beside(file);
    }
}
