package dev.lockkeeper.project;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where the rollups of a component are defined, and where what is known of them is kept.
 *
 * @param folder of the definitions
 * @param schema of the database that holds marks, intervals and results, and nothing else
 * @param role which computes them; null for whoever connects, who must then see all rows
 */
public record AnalyticsSettings(
        Path folder, String schema, @Nullable String role) {
    /** The schema of whoever names none. */
    public static final String USUAL_SCHEMA = "rollup_state";
}
