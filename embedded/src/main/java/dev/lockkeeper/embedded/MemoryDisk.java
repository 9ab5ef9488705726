package dev.lockkeeper.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The memory disk that every Linux has, and whether it has room for a server. */
final class MemoryDisk {
    static final Path DIRECTORY = Path.of("/dev/shm");

    /** A server starts with 20 MB; the rest is for what people do with it. */
    private static final long ROOM = 1L << 30;

    private static final String VERSION_1 = "/sys/fs/cgroup/memory/";

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
                    && left("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current") >= ROOM
                    && left(VERSION_1 + "memory.limit_in_bytes", VERSION_1 + "memory.usage_in_bytes") >= ROOM;
        } catch (IOException e) {
            return false;
        }
    }

    private static long available() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/meminfo"))) {
            return lines.filter(line -> line.startsWith("MemAvailable:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst()
                    .orElse(Long.MAX_VALUE);
        }
    }

    /** What a container's control group leaves; use includes the page cache, so this errs on the side of disk. */
    private static long left(String limit, String use) {
        long used = number(use);
        return used == Long.MAX_VALUE ? used : number(limit) - used;
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
