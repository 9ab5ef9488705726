package dev.lockkeeper.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The proof that an instance has a living owner: a file that this process keeps locked. The kernel frees the lock when
 * the process ends in whatever way, so an instance with a free lock is an orphan.
 *
 * <p>Trap: closing any channel of a file frees all locks that the process holds on it (fcntl(2)). So a process must
 * never open the lock file of its own instances a second time; the names tell them apart.
 *
 * @param name of the instance: process, its start, and a random number
 * @param file the lock file
 * @param lock held until the lease ends
 */
record Lease(String name, Path file, FileLock lock) {
    private static final String SUFFIX = ".lock";

    static Lease take(Path directory) {
        try {
            while (true) {
                var name =
                        owner() + Long.toHexString(ThreadLocalRandom.current().nextLong());
                var file = directory.resolve(name + SUFFIX);
                var channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                var lock = channel.tryLock();
                // a sweep may have come between the two calls and taken the file for an orphan's
                if (lock != null && Files.exists(file)) {
                    return new Lease(name, file, lock);
                }
                channel.close();
            }
        } catch (IOException e) {
            throw new EmbeddedPostgresException(
                    "cannot write to " + directory, e.toString(), "see that it is writable and has room", e);
        }
    }

    /** Where the instance of this lease keeps its data. */
    Path data(boolean memory) {
        return memory ? inMemory(name) : onDisk(file, name);
    }

    private static Path inMemory(String name) {
        return MemoryDisk.DIRECTORY.resolve("lockkeeper-" + name);
    }

    private static Path onDisk(Path file, String name) {
        return file.resolveSibling("instance-" + name);
    }

    void end() {
        try {
            lock.channel().close();
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // the next sweep deletes it
        }
    }

    private static String owner() {
        var self = ProcessHandle.current();
        // the number alone repeats: in a container every process may have the same
        var start = self.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
        return self.pid() + "-" + start + "-";
    }

    /** Stops the servers and deletes the data that dead processes left behind. */
    static void sweep(Path directory, Account account) {
        try (var files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
            for (var file : files) {
                var fileName = file.getFileName().toString();
                if (!fileName.startsWith(owner())) {
                    sweep(file, fileName.substring(0, fileName.length() - SUFFIX.length()), account);
                }
            }
        } catch (IOException e) {
            // tidying up is not a reason to fail
        }
    }

    private static void sweep(Path file, String name, Account account) {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
                var lock = channel.tryLock()) {
            if (lock != null) {
                for (var data : List.of(inMemory(name), onDisk(file, name))) {
                    if (Files.isDirectory(data, LinkOption.NOFOLLOW_LINKS)) {
                        Remains.clear(data, account);
                    }
                }
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            // another process is sweeping it, or it is not ours
        }
    }
}
