package dev.lockkeeper.embedded;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What kind of server is wanted. The defaults are a fast, throw-away server of the newest version.
 *
 * @param majorVersion 15 to 18
 * @param storage where the data lives
 * @param settings server settings by name, in addition to and in place of the fast defaults; they appear in the process
 *     list, so secrets have no place here
 * @param binaries the folder that holds the jars with the server binaries; null for the folder that the system property
 *     {@code lockkeeper.binaries} names, and without that the class path
 * @param cache the directory for what outlives a server: unpacked binaries and data directory templates; null for
 *     {@code LOCKKEEPER_CACHE}, and without that the user's cache directory
 */
public record Options(
        int majorVersion,
        Storage storage,
        Map<String, String> settings,
        @Nullable Path binaries,
        @Nullable Path cache) {
    /** The oldest major version that is supported. */
    public static final int OLDEST_VERSION = 15;

    /** The newest major version that is supported. */
    public static final int NEWEST_VERSION = 18;

    public Options {
        if (majorVersion < OLDEST_VERSION || majorVersion > NEWEST_VERSION) {
            throw new EmbeddedPostgresException(
                    "PostgreSQL " + majorVersion + " is not supported",
                    "an embedded server is one of the versions " + OLDEST_VERSION + " to " + NEWEST_VERSION,
                    "choose one of these versions");
        }
        settings = Map.copyOf(settings);
    }

    /** The newest version, in memory if there is room, with the fast settings. */
    public static Options defaults() {
        return new Options(NEWEST_VERSION, Storage.AUTO, Map.of(), null, null);
    }

    /** The defaults for another major version. */
    public static Options version(int majorVersion) {
        return new Options(majorVersion, Storage.AUTO, Map.of(), null, null);
    }

    public Options withStorage(Storage place) {
        return new Options(majorVersion, place, settings, binaries, cache);
    }

    /** These options and one setting more, which replaces an earlier one of the same name. */
    public Options withSetting(String name, String value) {
        var more = new TreeMap<>(settings);
        more.put(name, value);
        return new Options(majorVersion, storage, more, binaries, cache);
    }

    public Options withBinaries(Path folder) {
        return new Options(majorVersion, storage, settings, folder, cache);
    }

    public Options withCache(Path directory) {
        return new Options(majorVersion, storage, settings, binaries, directory);
    }
}
