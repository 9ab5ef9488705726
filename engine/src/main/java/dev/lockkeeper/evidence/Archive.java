package dev.lockkeeper.evidence;

import dev.lockkeeper.report.Style;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * The zip file of a bundle. Its entries are stored and not compressed, and have one fixed time: the same parts are the same bytes on
 * every machine and with every JDK, and nothing grows when it is read (PKWARE, APPNOTE.TXT 6.3.10, sections 4.3 and 4.4).
 */
final class Archive {
    /** How large a bundle may be, in bytes. */
    static final int LARGEST = 64 << 20;

    private static final int LOCAL = 0x04034b50;
    private static final int CENTRAL = 0x02014b50;
    private static final int END = 0x06054b50;
    private static final short VERSION = 20;
    private static final short UNIX = 3 << 8 | VERSION;
    /** The first day that the format knows. */
    private static final short DAY = 1 << 5 | 1;

    private static final int READABLE = 0100644 << 16;

    private Archive() {}

    static byte[] write(List<Part> parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream directory = new ByteArrayOutputStream();
        for (Part part : parts) {
            byte[] name = part.name().getBytes(StandardCharsets.US_ASCII);
            byte[] content = part.bytes();
            CRC32 sum = new CRC32();
            sum.update(content);
            int offset = out.size();
            ByteBuffer shared = fields(26)
                    .putShort(VERSION)
                    .putShort((short) 0)
                    .putShort((short) ZipEntry.STORED)
                    .putShort((short) 0)
                    .putShort(DAY)
                    .putInt((int) sum.getValue())
                    .putInt(content.length)
                    .putInt(content.length)
                    .putShort((short) name.length)
                    .putShort((short) 0);
            out.writeBytes(bytes(fields(4).putInt(LOCAL)));
            out.writeBytes(bytes(shared));
            out.writeBytes(name);
            out.writeBytes(content);
            directory.writeBytes(bytes(fields(6).putInt(CENTRAL).putShort(UNIX)));
            directory.writeBytes(bytes(shared));
            // no comment, disk 0, no attributes of its kind, the rights of a file, where it begins
            directory.writeBytes(
                    bytes(fields(14).putShort(6, (short) 0).putInt(6, READABLE).putInt(10, offset)));
            directory.writeBytes(name);
        }
        int begin = out.size();
        out.writeBytes(directory.toByteArray());
        out.writeBytes(bytes(fields(22)
                .putInt(END)
                .putInt(0)
                .putShort((short) parts.size())
                .putShort((short) parts.size())
                .putInt(directory.size())
                .putInt(begin)
                .putShort((short) 0)));
        return out.toByteArray();
    }

    /** All of it, wherever it was written last. */
    private static byte[] bytes(ByteBuffer fields) {
        byte[] bytes = new byte[fields.capacity()];
        fields.get(0, bytes);
        return bytes;
    }

    private static ByteBuffer fields(int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Reads what {@link #write} has written, and nothing else.
     *
     * @param shown the name of the file
     * @throws dev.lockkeeper.problem.LockkeeperException {@code evidence-unfit}
     */
    static List<Part> read(String shown, byte[] bytes) {
        List<Part> parts = new ArrayList<>();
        Set<String> names = new HashSet<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes), StandardCharsets.UTF_8)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                requireFit(shown, entry, names);
                parts.add(new Part(entry.getName(), text(shown, entry.getName(), zip)));
            }
        } catch (IOException | IllegalArgumentException e) {
            String last = parts.isEmpty()
                    ? ""
                    : " after its part " + parts.get(parts.size() - 1).name();
            throw Unfit.problem(shown, "the bundle cannot be read" + last)
                    .because("it was changed or cut off there")
                    .asException(e);
        }
        if (parts.isEmpty()) {
            throw Unfit.problem(shown, "the file is no bundle")
                    .because("it is no zip file that begins with a part")
                    .asException();
        }
        if (!Arrays.equals(write(parts), bytes)) {
            throw Unfit.problem(shown, "the bundle is not as it was written")
                    .because(
                            "something stands before, between or after its parts, or its directory tells of other parts")
                    .asException();
        }
        return parts;
    }

    private static void requireFit(String shown, ZipEntry entry, Set<String> names) {
        String name = entry.getName();
        if (!Part.isName(name)) {
            boolean out = name.contains("..") || name.startsWith("/") || name.contains("\\") || name.contains(":");
            throw Unfit.problem(
                            shown,
                            "the bundle has a file " + Style.line(Style.brief(name)) + ", which is no part of one"
                                    + (out ? ": it leads out of the folder" : ""))
                    .asException();
        }
        if (entry.getMethod() != ZipEntry.STORED) {
            throw Unfit.problem(shown, "the part " + name + " is compressed")
                    .because("no part of a bundle is, so that none can grow when it is read")
                    .asException();
        }
        if (!names.add(name)) {
            throw Unfit.problem(shown, "the bundle has two parts " + name).asException();
        }
    }

    private static String text(String shown, String name, ZipInputStream zip) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(zip.readAllBytes()))
                    .toString();
        } catch (IOException e) {
            throw Unfit.problem(shown, "the part " + name + " was changed or cut off")
                    .because("its content is not of the length and the sum that the zip file names, or is not UTF-8")
                    .asException(e);
        }
    }
}
