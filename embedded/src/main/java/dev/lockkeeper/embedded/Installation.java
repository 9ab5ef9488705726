package dev.lockkeeper.embedded;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;

/**
 * Server programs unpacked in the cache, shared by all servers of one version.
 *
 * @param binaries what was unpacked
 * @param directory holds {@code bin}, {@code lib} and {@code share}
 */
record Installation(Binaries binaries, Path directory) {
    private static final String UNFINISHED = ".unpack-";

    /** The unpacked programs; unpacks them if the cache does not have them. */
    static Installation provide(Binaries binaries, Cache cache, Platform platform) {
        var installation = new Installation(
                binaries, cache.directory().resolve("postgresql-" + binaries.version() + "-" + platform.artifact()));
        if (!installation.isPresent()) {
            cache.alone(() -> installation.isPresent() || installation.unpack());
        }
        return installation;
    }

    Path program(String name) {
        return directory.resolve("bin").resolve(name);
    }

    private boolean isPresent() {
        return Files.isExecutable(program("postgres")) && Files.exists(list());
    }

    private boolean unpack() {
        var cache = directory.getParent();
        try {
            try (var leftovers = Files.newDirectoryStream(cache, UNFINISHED + "*")) {
                for (var leftover : leftovers) {
                    delete(leftover);
                }
            }
            var unfinished = Files.createTempDirectory(cache, UNFINISHED);
            try (var in = new BufferedInputStream(binaries.open(), 1 << 16)) {
                Archive.unpack(in, unfinished);
                retire();
                Files.move(unfinished, directory, StandardCopyOption.ATOMIC_MOVE);
                Contents.record(directory, list());
            } finally {
                delete(unfinished);
            }
            return true;
        } catch (IOException e) {
            throw new EmbeddedPostgresException(
                    "cannot unpack PostgreSQL " + binaries.version() + " from " + binaries.place() + " into " + cache,
                    e.toString(),
                    "see that the disk has 100 MB of room, or name another directory in LOCKKEEPER_CACHE",
                    e);
        }
    }

    /** Whether a file is missing or has another size than when it was unpacked. */
    boolean isDamaged() {
        return !Contents.hold(directory, list());
    }

    /** Unpacks the programs again unless somebody else just did. */
    void heal(Cache cache) {
        cache.alone(() -> !isDamaged() || unpack());
    }

    private Path list() {
        return directory.resolveSibling(directory.getFileName() + ".contents");
    }

    private void retire() throws IOException {
        if (Files.isDirectory(directory)) {
            // out of the way at once, so that nobody meets it half deleted
            var doomed = Files.createTempDirectory(directory.getParent(), UNFINISHED);
            Files.move(directory, doomed, StandardCopyOption.ATOMIC_MOVE);
            delete(doomed);
        }
    }

    private static void delete(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            try (var paths = Files.walk(directory)) {
                for (var path : (Iterable<Path>) paths.sorted(Comparator.reverseOrder())::iterator) {
                    Files.delete(path);
                }
            }
        }
    }
}
