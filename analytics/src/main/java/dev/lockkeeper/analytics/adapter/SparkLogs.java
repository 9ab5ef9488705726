package dev.lockkeeper.analytics.adapter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folders in which Spark works, and the logs of those in which it has failed: the last of them stay, because a problem names each, and older
 * ones go, because a run that tries again each minute would fill the disk.
 *
 * @param parent where they are
 */
record SparkLogs(Path parent) {
    static final String LOG = "spark.log";
    /** So many logs of failures stay. */
    static final int MOST = 5;

    private static final String PREFIX = "lockkeeper-spark";
    private static final String LEFT = "failed";

    /** Those of this machine. */
    SparkLogs() {
        this(Path.of(System.getProperty("java.io.tmpdir")));
    }

    /** A new folder, which nobody else may read. */
    Path folder() throws IOException {
        clear();
        return Files.createTempDirectory(parent, PREFIX);
    }

    /** Has the log of a folder stay, of which nothing else is left. */
    static void leave(Path folder) throws IOException {
        Files.writeString(folder.resolve(LEFT), "");
    }

    /** A folder of somebody else stays, and so does one in which Spark is at work. */
    private void clear() {
        try (Stream<Path> folders = Files.list(parent)) {
            List<Path> left = folders.filter(
                            folder -> folder.getFileName().toString().startsWith(PREFIX)
                                    && Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                                    && Files.exists(folder.resolve(LEFT)))
                    .sorted(Comparator.comparingLong((Path folder) ->
                                    folder.resolve(LEFT).toFile().lastModified())
                            .reversed())
                    .skip(MOST - 1)
                    .toList();
            for (Path folder : left) {
                remove(folder);
            }
        } catch (IOException e) {
            // what is left over stops nothing
        }
    }

    private static void remove(Path folder) {
        try {
            Files.deleteIfExists(folder.resolve(LOG));
            Files.deleteIfExists(folder.resolve(LEFT));
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            // somebody else's
        }
    }
}
