package dev.lockkeeper.trace;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A place in a trace, in the form in which jobs hand it on as {@code TRACEPARENT} (W3C Trace Context, "traceparent Header").
 * Immutable.
 *
 * @param trace 32 hexadecimal digits in lower case, not all of them zero
 * @param span 16 of them
 * @param sampled whether whoever began the trace keeps it
 */
public record Traceparent(String trace, String span, boolean sampled) {
    /** The environment variable by which a job hands it on. */
    public static final String VARIABLE = "TRACEPARENT";

    private static final int LENGTH = 55;
    /** Of a later version more may follow after a dash; version ff is forbidden. */
    private static final Pattern FORM =
            Pattern.compile("(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?");

    /** Reads it; empty for what the standard forbids, be it upper case, zeros, or more after version 00. */
    public static Optional<Traceparent> parse(String text) {
        if (!FORM.matcher(text).matches() || (text.startsWith("00") && text.length() > LENGTH)) {
            return Optional.empty();
        }
        boolean sampled = (Character.digit(text.charAt(LENGTH - 1), 16) & 1) == 1;
        return Optional.of(new Traceparent(text.substring(3, 35), text.substring(36, 52), sampled));
    }

    /** A trace that begins here. */
    public static Traceparent begin() {
        String random = hex(24);
        Traceparent begun = new Traceparent(random.substring(0, 32), random.substring(32), true);
        // zeros say that there is none; to draw them once is as likely as to draw any other
        return parse(begun.text()).orElseGet(Traceparent::begin);
    }

    /** Another span of the same trace. */
    public Traceparent next() {
        Traceparent next = new Traceparent(trace, hex(8), sampled);
        return parse(next.text()).orElseGet(this::next);
    }

    /** As it is handed on. */
    public String text() {
        return "00-" + trace + "-" + span + (sampled ? "-01" : "-00");
    }

    /** The system's own file: to bring up Java's generators takes a small command noticeable time. */
    private static String hex(int bytes) {
        try (InputStream random = Files.newInputStream(Path.of("/dev/urandom"))) {
            byte[] read = random.readNBytes(bytes);
            if (read.length == bytes) {
                return HexFormat.of().formatHex(read);
            }
        } catch (IOException e) {
            // a system that has no such file, see below
        }
        byte[] drawn = new byte[bytes];
        new SecureRandom().nextBytes(drawn);
        return HexFormat.of().formatHex(drawn);
    }
}
