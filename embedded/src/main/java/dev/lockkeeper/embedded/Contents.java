package dev.lockkeeper.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;

/** The list of the files in an unpacked directory, kept in that directory, by which damage is found. */
final class Contents {
    private Contents() {}

    /**
     * One file.
     *
     * @param checksum CRC-32 of what is in it
     * @param path relative to the directory
     */
    record Item(long checksum, String path) {}

    static Path file(Path directory) {
        return directory.resolve(".contents");
    }

    static void write(Path directory, List<Item> items) throws IOException {
        var lines = new ArrayList<String>();
        for (var item : items) {
            lines.add(Long.toHexString(item.checksum()) + " " + item.path());
        }
        Files.write(file(directory), lines);
    }

    /** Whether every file on the list is there and unchanged. */
    static boolean hold(Path directory) {
        try {
            for (var line : Files.readAllLines(file(directory))) {
                var space = line.indexOf(' ');
                if (space < 0
                        || Long.parseLong(line, 0, space, 16)
                                != checksum(directory.resolve(line.substring(space + 1)))) {
                    return false;
                }
            }
            return true;
        } catch (IOException | NumberFormatException e) {
            return false;
        }
    }

    private static long checksum(Path path) throws IOException {
        try (var in = new CheckedInputStream(Files.newInputStream(path), new CRC32())) {
            in.transferTo(OutputStream.nullOutputStream());
            return in.getChecksum().getValue();
        }
    }
}
