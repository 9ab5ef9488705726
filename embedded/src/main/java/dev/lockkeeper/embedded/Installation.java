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
        return Files.isExecutable(program("postgres")) && Files.exists(Contents.file(directory));
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
                Contents.write(unfinished, Archive.unpack(in, unfinished));
                delete(directory);
                Files.move(unfinished, directory, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                delete(unfinished);
            }
            return true;
        } catch (IOException e) {
            throw new EmbeddedPostgresException(
                    "cannot unpack PostgreSQL " + binaries.version() + " into " + cache,
                    e.toString(),
                    "see that the disk has 100 MB of room, or name another directory in LOCKKEEPER_CACHE",
                    e);
        }
    }

    /** Unpacks the programs again if they are not what they were; true if that was necessary. */
    boolean heal(Cache cache) {
        return cache.alone(() -> !(isPresent() && Contents.hold(directory)) && unpack());
    }

    private static void delete(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            // out of the way at once, so that nobody meets it half deleted
            var doomed = Files.createTempDirectory(directory.getParent(), UNFINISHED);
            Files.move(directory, doomed, StandardCopyOption.ATOMIC_MOVE);
            try (var paths = Files.walk(doomed)) {
                for (var path : (Iterable<Path>) paths.sorted(Comparator.reverseOrder())::iterator) {
                    Files.delete(path);
                }
            }
        }
    }
}
