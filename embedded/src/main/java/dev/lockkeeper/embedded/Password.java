package dev.lockkeeper.embedded;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;

/**
 * The superuser's random password, the same for all servers of one cache. It keeps other users of the machine out, who
 * can reach the loopback port but cannot read the file.
 */
record Password(String text) {

    private static final int BITS = 160;
    private static final int SHORTEST = 20;

    static Password of(Cache cache) {
        var file = cache.directory().resolve("password");
        try {
            if (!isComplete(file)) {
                cache.alone(() -> isComplete(file) || create(file));
            }
            return new Password(Files.readString(file));
        } catch (IOException e) {
            throw new EmbeddedPostgresException(
                    "cannot read the password of the embedded servers", e.toString(), "delete the file " + file, e);
        }
    }

    /** A machine that went down may have left an empty file. */
    private static boolean isComplete(Path file) {
        return file.toFile().length() >= SHORTEST;
    }

    private static boolean create(Path file) {
        try {
            var temporary = Files.createTempFile(file.getParent(), ".password", "");
            Files.writeString(temporary, new BigInteger(BITS, new SecureRandom()).toString(36));
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            return true;
        } catch (IOException e) {
            throw new EmbeddedPostgresException("cannot write " + file, e.toString(), null, e);
        }
    }

    /**
     * As PostgreSQL stores it (manual, "Password Authentication", method md5). SCRAM would cost every login tens of
     * milliseconds for a secret that is random and lives with throw-away data.
     */
    String stored(String user) {
        return "md5" + digest("MD5", text + user);
    }

    static String digest(String algorithm, String text) {
        try {
            var bytes = MessageDigest.getInstance(algorithm).digest(text.getBytes(StandardCharsets.UTF_8));
            var hex = new StringBuilder();
            for (var b : bytes) {
                hex.append(Character.forDigit(b >> 4 & 15, 16)).append(Character.forDigit(b & 15, 16));
            }
            return hex.toString();
        } catch (NoSuchAlgorithmException e) {
            throw new EmbeddedPostgresException(
                    "this Java does not know " + algorithm, null, "run on a Java that is not restricted", e);
        }
    }

    @Override
    public String toString() {
        return "Password[hidden]";
    }
}
