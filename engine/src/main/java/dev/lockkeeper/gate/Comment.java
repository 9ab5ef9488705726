package dev.lockkeeper.gate;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a person says of a step of a plan: a question that keeps the plan from being run, or that such a question is resolved. It is
 * signed, like an approval.
 *
 * @param source where it was found: a file, or the record in the database
 * @param plan the digest of the plan
 * @param component of the step
 * @param step the version, or the label of a repeatable script
 * @param file of the step
 * @param line of the file, counted from 1; 0 for the step as a whole
 * @param thread the digest of the question that it resolves; null for a question
 * @param text one line; may be empty where a question is resolved
 * @param by who says it, as they are called in the file of allowed signers
 * @param at by the clock of their machine
 * @param signature in the form of {@code ssh-keygen -Y}
 */
public record Comment(
        String source,
        String plan,
        String component,
        String step,
        String file,
        int line,
        @Nullable String thread,
        String text,
        String by,
        Instant at,
        String signature) {
    /** The name and version of its form. */
    public static final String SCHEMA = "lockkeeper/plan-comment/v1";

    /** How many characters a text may have. */
    public static final int LONGEST = 2000;

    private static final int ID = 12;

    /** Over everything that it says but the signature. */
    public String digest() {
        String resolved = thread;
        return new PlanDigest()
                .add(SCHEMA, plan, component, step, file)
                .add(line)
                .add(resolved == null ? "" : "resolves " + resolved)
                .add(text, by, at.toString())
                .value();
    }

    /** By what people name it: the first digits of its digest. Nothing is tied by them alone. */
    public String id() {
        return hex().substring(0, ID);
    }

    /** The digest without the name of its algorithm. */
    public String hex() {
        String digest = digest();
        return digest.substring(digest.indexOf(':') + 1);
    }

    /**
     * Whether it opens a thread whatever else is there: a question, and what says that it resolves one, without a signature of that.
     * That may have been a question before somebody altered it.
     */
    boolean asks() {
        return thread == null || key().isEmpty();
    }

    /** What is signed: no approval reads like it, so that none can be made of a comment. */
    static byte[] message(String digest) {
        return ("comment " + digest + "\n").getBytes(StandardCharsets.UTF_8);
    }

    Comment signed(SshSignature signature) {
        return new Comment(source, plan, component, step, file, line, thread, text, by, at, signature.armored());
    }

    Comment by(String name) {
        return new Comment(source, plan, component, step, file, line, thread, text, name, at, signature);
    }

    /** The key that has signed exactly this; empty when none has. */
    Optional<SshPublicKey> key() {
        try {
            SshSignature read = SshSignature.read(signature);
            return read.namespace().equals(SshSignature.PLAN) && read.signs(message(digest()))
                    ? Optional.of(read.key())
                    : Optional.empty();
        } catch (SshBlob.Malformed e) {
            return Optional.empty();
        }
    }
}
