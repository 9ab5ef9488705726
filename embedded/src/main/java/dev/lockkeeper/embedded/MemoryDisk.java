package dev.lockkeeper.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The memory disk that every Linux has, and whether it has room for a server. */
final class MemoryDisk {
    static final Path DIRECTORY = Path.of("/dev/shm");

    /** A server starts with 20 MB; the rest is for what people do with it. */
    private static final long ROOM = 1L << 30;

    private MemoryDisk() {}

    static boolean exists() {
        return Files.isDirectory(DIRECTORY) && Files.isWritable(DIRECTORY);
    }

    /** Whether the disk, the machine and the container's limit all leave room. What cannot be read does not limit. */
    static boolean hasRoom() {
        try {
            return exists()
                    && Files.getFileStore(DIRECTORY).getUsableSpace() >= ROOM
                    && available() >= ROOM
                    && number("/sys/fs/cgroup/memory.max") - used() >= ROOM;
        } catch (IOException e) {
            return false;
        }
    }

    private static long available() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/meminfo"))) {
            return lines.filter(line -> line.startsWith("MemAvailable:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst()
                    .orElse(Long.MAX_VALUE);
        }
    }

    private static long used() {
        var used = number("/sys/fs/cgroup/memory.current");
        return used == Long.MAX_VALUE ? 0 : used;
    }

    private static long number(String file) {
        try {
            return Long.parseLong(Files.readString(Path.of(file)).trim());
        } catch (IOException | NumberFormatException e) {
            // no such file outside a container; the word max where there is no limit
            return Long.MAX_VALUE;
        }
    }
}
