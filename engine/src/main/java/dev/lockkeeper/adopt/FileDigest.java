package dev.lockkeeper.adopt;

import dev.lockkeeper.source.Migration;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/** The checksums of other tools, each computed as its tool does it. */
final class FileDigest {
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private FileDigest() {}

    /** Flyway: CRC-32 over the lines without their endings, as a signed number. */
    static int crc32OfLines(String text) {
        CRC32 crc = new CRC32();
        text.lines().forEach(line -> crc.update(line.getBytes(StandardCharsets.UTF_8)));
        return (int) crc.getValue();
    }

    /**
     * The digests that the file's bytes may have had, in lower case. They are made of the text again: with either line
     * ending, with and without a byte-order mark, so that a checkout on another system is known again.
     */
    static Set<String> of(Migration migration, String algorithm) {
        String text = migration.up().fileText();
        return Stream.of(text, text.replace("\n", "\r\n"))
                .flatMap(t -> Stream.of(t, BYTE_ORDER_MARK + t))
                .map(t -> hex(algorithm, t))
                .collect(Collectors.toSet());
    }

    private static String hex(String algorithm, String text) {
        try {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has " + algorithm, e);
        }
    }
}
