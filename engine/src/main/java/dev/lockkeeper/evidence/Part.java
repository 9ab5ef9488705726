package dev.lockkeeper.evidence;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * One file of a bundle.
 *
 * @param name in the bundle, see {@link #isName}
 * @param text its content, which is UTF-8
 */
record Part(String name, String text) {
    static final String MANIFEST = "manifest.json";
    static final String SEAL = "manifest.json.sig";
    static final String PAGE = "index.html";
    static final String PLAN = "plan.json";
    static final String SIGNERS = "allowed_signers";
    static final String REVOKED = "revoked_keys";
    static final String OUTCOME = "outcome.json";

    private static final Pattern NAMES = Pattern.compile(
            "manifest\\.json(\\.sig)?|index\\.html|plan\\.json|allowed_signers|revoked_keys|outcome\\.json"
                    + "|approvals/[1-9][0-9]{0,3}\\.sig|comments/[1-9][0-9]{0,3}\\.json|(findings|check|rehearsal|smoke|run)-[1-9][0-9]{0,3}\\.json");

    /** Whether a bundle has parts of this name. No such name leads out of the folder into which it is unpacked. */
    static boolean isName(String name) {
        return NAMES.matcher(name).matches();
    }

    byte[] bytes() {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** SHA-256 as {@code sha256sum} prints it. */
    String digest() {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
