package dev.lockkeeper.rehearsal;

import dev.lockkeeper.catalog.Difference;
import dev.lockkeeper.problem.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was proven of one repeatable script: whether a second run leaves the schema as the first one made it.
 *
 * @param name its label, or {@link #ALL} for a rollback of the history that fails because of what the scripts have made
 * @param differences what the second run made different
 * @param error why one of the runs failed; null when none did
 */
public record RepeatProof(
        String component,
        String name,
        List<Difference> differences,
        @Nullable Problem error) {
    /** Stands for all scripts together. */
    public static final String ALL = "all";

    public RepeatProof {
        differences = List.copyOf(differences);
    }

    /** Whether the script bears to be run again. */
    public boolean proven() {
        return error == null && differences.isEmpty();
    }

    /** The verdict in one word. */
    public String key() {
        return error != null ? "fails" : differences.isEmpty() ? "repeats" : "differs";
    }
}
