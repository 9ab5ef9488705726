package dev.lockkeeper.project;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the rollups of a component are defined, and where what is known of them is kept.
 *
 * @param folder of the definitions
 * @param schema of the database that holds marks, intervals and results, and nothing else
 * @param role which computes them; null for whoever connects, who must then see all rows
 * @param adapter what computes them
 * @param parquet the folder where adapter duckdb also writes buckets as files; null for none
 * @param spark what adapter spark-iceberg runs; null when the project says nothing of it
 */
public record AnalyticsSettings(
        Path folder,
        String schema,
        @Nullable String role,
        String adapter,
        @Nullable Path parquet,
        @Nullable SparkSettings spark) {
    /** The schema of whoever names none. */
    public static final String USUAL_SCHEMA = "rollup_state";

    /** The same with another adapter. */
    public AnalyticsSettings with(String other) {
        return new AnalyticsSettings(folder, schema, role, other, parquet, spark);
    }

    /** The adapters, the usual one first. */
    public static final List<String> ADAPTERS = List.of("postgres", "duckdb", "spark-iceberg");
}
