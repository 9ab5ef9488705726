package dev.lockkeeper.stewardship.erasure;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes what stands for a person where nothing may tell who it is: HMAC-SHA256 of the kind of person and its key, with a key that is
 * in the environment only. Whoever has no key cannot find out by trying. Not thread-safe.
 */
public final class PersonHash {
    private static final String TAG = "hmac-sha256:";
    private static final int SHORTEST = 32;

    private final Mac mac;
    private final String id;

    private PersonHash(String key) {
        try {
            mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every Java platform has HMAC-SHA256", e);
        }
        id = hash("lockkeeper key id").substring(0, 8);
    }

    /**
     * Takes the key from the environment.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code erasure-refused} when it is not there, or too short to withstand trying
     */
    public static PersonHash of(Map<String, String> variables, String variable) {
        String key = variables.getOrDefault(variable, "");
        if (key.length() < SHORTEST) {
            throw Problem.of(
                            Code.ERASURE_REFUSED,
                            key.isEmpty()
                                    ? "the variable " + variable + " is not set"
                                    : "the value of " + variable + " has fewer than " + SHORTEST + " characters")
                    .because("the hashes that stand for persons are made with it, and it is written nowhere")
                    .help("set it to the secret that this project keeps for that, made once: openssl rand -hex 32")
                    .asException();
        }
        return new PersonHash(key);
    }

    /** Which key it is, so that another one is noticed. */
    public String keyId() {
        return id;
    }

    /** {@code hmac-sha256:}, eight digits for the key, and 64 digits. */
    public String of(String subject, List<String> key) {
        StringBuilder text = new StringBuilder();
        part(text, subject);
        key.forEach(value -> part(text, value));
        return TAG + id + ":" + hash(text.toString());
    }

    /** Whether a hash was made with this key. */
    public boolean isMine(String hash) {
        return hash.startsWith(TAG + id + ":");
    }

    /** With its length, so that no two lists of values look the same. */
    private static void part(StringBuilder text, String part) {
        text.append(part.length()).append(':').append(part);
    }

    private String hash(String text) {
        return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    }
}
