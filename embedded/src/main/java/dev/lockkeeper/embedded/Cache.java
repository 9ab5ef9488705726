package dev.lockkeeper.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The directory for what outlives a server. Its own files belong to the user of this process; one directory inside
 * belongs to the account that the server runs as, and this process never writes below that itself.
 *
 * @param directory where it is; absolute
 * @param account the account that the server runs as
 */
record Cache(Path directory, Account account) {
    // a file lock belongs to the whole process, so threads need one of their own
    private static final ReentrantLock IN_PROCESS = new ReentrantLock();

    /** The first place that this user can write, that nobody else can, and that the server's account can reach. */
    static Cache open(@Nullable Path wanted, Account account, Map<String, String> environment) {
        var explicit = wanted != null ? wanted.toString() : environment.getOrDefault("LOCKKEEPER_CACHE", "");
        if (!explicit.isBlank()) {
            var directory = Path.of(explicit).toAbsolutePath();
            var problem = problem(directory, account, false);
            if (problem != null) {
                throw new EmbeddedPostgresException(
                        "cannot use the cache directory " + directory,
                        problem,
                        "name another one in LOCKKEEPER_CACHE, or leave it unset");
            }
            return new Cache(directory, account);
        }
        var problems = new ArrayList<String>();
        for (var directory : customary(account, environment)) {
            var problem = problem(directory, account, true);
            if (problem == null) {
                return new Cache(directory, account);
            }
            problems.add(directory + ": " + problem);
        }
        throw new EmbeddedPostgresException(
                "there is no directory that can serve as a cache",
                String.join("; ", problems),
                "name a directory that can be written in LOCKKEEPER_CACHE");
    }

    private static List<Path> customary(Account account, Map<String, String> environment) {
        var places = new ArrayList<String>();
        places.add(environment.getOrDefault("XDG_CACHE_HOME", ""));
        for (var home : List.of(environment.getOrDefault("HOME", ""), System.getProperty("user.home", ""))) {
            places.add(home.isBlank() ? "" : home + "/.cache");
        }
        if (account.foreign()) {
            places.add("/var/cache");
        }
        var directories = new ArrayList<Path>();
        for (var place : places) {
            // the XDG specification ignores relative paths; the JVM calls an unknown home "?"
            if (place.startsWith("/")) {
                directories.add(Path.of(place, "lockkeeper"));
            }
        }
        directories.add(Path.of(System.getProperty("java.io.tmpdir", "/tmp"), "lockkeeper-" + account.owner())
                .toAbsolutePath());
        return directories;
    }

    /** Why a directory, which is made if need be, cannot be used; null if it can. */
    private static @Nullable String problem(Path directory, Account account, boolean mustBeOurs) {
        try {
            // initdb calls the server through a shell and quotes its path with nothing but double quotes
            if (directory.toString().matches("(?s).*[\"$`\\\\\n\r].*")) {
                return "its path holds one of the characters \" $ ` \\ or a line break";
            }
            if (Files.exists(directory) && !Files.isDirectory(directory)) {
                return "it is not a directory";
            }
            if (account.canEnter(directory)) {
                createDirectories(directory, account.foreign() ? "rwxr-xr-x" : "rwx------");
            }
            if (!account.canEnter(directory)) {
                return "the server runs as user " + account.uid() + ", who cannot enter it";
            }
            if (!Files.isWritable(directory)) {
                return "it cannot be written";
            }
            // programs are started from here: what another user prepared is not to be trusted
            var ours = Ownership.of(directory, LinkOption.NOFOLLOW_LINKS).isOnlyOf(account.owner());
            return mustBeOurs && !ours ? "it belongs to another user, or another user may write to it" : null;
        } catch (IOException e) {
            return "it cannot be made: " + e;
        }
    }

    private static void createDirectories(Path directory, String mode) throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory.getParent());
            try {
                Files.createDirectory(directory);
                Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(mode));
            } catch (FileAlreadyExistsException e) {
                if (!Files.isDirectory(directory)) {
                    throw e;
                }
            }
        }
    }

    /** The directory that belongs to the account that the server runs as. */
    Path ofServer() {
        var path = directory.resolve("server-" + account.uid());
        try {
            createDirectories(path, "rwx------");
            account.own(path);
            return path;
        } catch (IOException e) {
            throw new EmbeddedPostgresException("cannot use the cache directory " + directory, e.toString(), null, e);
        }
    }

    /** A directory for what this process makes with the help of servers. */
    Path shelf(String name) {
        var path = directory.resolve(name);
        try {
            createDirectories(path, "rwx------");
            if (!Ownership.of(path, LinkOption.NOFOLLOW_LINKS).isOnlyOf(account.owner())) {
                throw new EmbeddedPostgresException(
                        "cannot use the directory " + path,
                        "it belongs to another user, or another user may write to it",
                        "remove it, or name another cache in LOCKKEEPER_CACHE");
            }
            return path;
        } catch (IOException e) {
            throw new EmbeddedPostgresException("cannot use the cache directory " + directory, e.toString(), null, e);
        }
    }

    /** Does a piece of work that at most one thread of one process does at a time. */
    <T> T alone(Supplier<T> work) {
        IN_PROCESS.lock();
        try (var channel = FileChannel.open(
                        directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                var lock = lock(channel)) {
            assert lock.isValid();
            return work.get();
        } catch (IOException e) {
            throw new EmbeddedPostgresException(
                    "cannot lock the cache directory " + directory, e.toString(), "make it writable", e);
        } finally {
            IN_PROCESS.unlock();
        }
    }

    private static FileLock lock(FileChannel channel) throws IOException {
        while (true) {
            try {
                return channel.lock();
            } catch (OverlappingFileLockException e) {
                // this very class, loaded a second time in the same process, holds it
                LockSupport.parkNanos(20_000_000);
            }
        }
    }
}
