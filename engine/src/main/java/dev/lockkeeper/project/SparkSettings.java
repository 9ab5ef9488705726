package dev.lockkeeper.project;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The Spark that computes rollups in a process of its own.
 *
 * @param folder of the jars that this process has
 * @param master where Spark runs: {@code local[2]} in that process, or the URL of a cluster
 * @param warehouse where Iceberg keeps its tables: a folder, or a URI that Spark can write to
 * @param heap the memory of the process, such as {@code 1g}
 * @param readers how many connections read events at once
 * @param timeout how long Spark may take for one answer
 * @param javaHome the Java that runs it; null for the one that runs this
 * @param conf what Spark is told beside
 */
public record SparkSettings(
        Path folder,
        String master,
        String warehouse,
        String heap,
        int readers,
        Duration timeout,
        @Nullable Path javaHome,
        Map<String, String> conf) {
    static final String USUAL_MASTER = "local[2]";
    static final String USUAL_HEAP = "1g";
    static final int USUAL_READERS = 4;
    static final int MOST_READERS = 64;
    static final Duration USUAL_TIMEOUT = Duration.ofMinutes(30);

    /** What decides whether sums are right, or where they go: the beginnings of keys that {@code conf} cannot have. */
    static final List<String> KEPT = List.of(
            "spark.master",
            "spark.jars",
            "spark.sql.ansi.",
            "spark.sql.caseSensitive",
            "spark.sql.session.timeZone",
            "spark.sql.decimalOperations.",
            "spark.sql.legacy.",
            "spark.sql.defaultCatalog",
            "spark.sql.catalog.lockkeeper");

    public SparkSettings {
        conf = Map.copyOf(conf);
    }

    /** Whether Spark runs in its own process alone. */
    public boolean isLocal() {
        return master.equals("local") || master.startsWith("local[");
    }
}
