package dev.lockkeeper.project;

import dev.lockkeeper.problem.Place;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A package of rows that {@code seed} brings to a database.
 *
 * @param place where the project file declares it
 * @param environments names of those that it may be brought to; empty for all that are local, of CI or of staging
 * @param files of SQL or YAML, in the order in which they are run
 * @param reset whether its tables are emptied first
 * @param tables that are emptied as well, and that no file of YAML names
 * @param role that writes the rows; null for whoever connects
 * @param results queries whose rows tell what its SQL has brought
 * @param tokens values that win over those of the component
 */
public record SeedPackage(
        String name,
        Place place,
        List<String> environments,
        List<Path> files,
        Reset reset,
        List<String> tables,
        @Nullable String role,
        List<String> results,
        Map<String, @Nullable String> tokens) {
    public SeedPackage {
        environments = List.copyOf(environments);
        files = List.copyOf(files);
        tables = List.copyOf(tables);
        results = List.copyOf(results);
        tokens = new HashMap<>(tokens);
    }

    /** Whether tables are emptied before rows are brought. */
    public enum Reset {
        NONE,
        /** By TRUNCATE, as anybody may who has that right. */
        PLAIN,
        /** The same, while triggers that fire at TRUNCATE are put out of work, which only the owner of a table may. */
        WITHOUT_TRIGGERS
    }

    /** Whether its tables are emptied first. */
    public boolean resets() {
        return reset != Reset.NONE;
    }
}
