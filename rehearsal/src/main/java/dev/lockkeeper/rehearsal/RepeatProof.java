package dev.lockkeeper.rehearsal;

import dev.lockkeeper.catalog.Difference;
import dev.lockkeeper.problem.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was proven of one repeatable script: whether a second run leaves the schema as the first one made it.
 *
 * @param differences what the second run made different
 * @param error why one of the runs failed; null when none did
 */
public record RepeatProof(
        String component,
        String name,
        List<Difference> differences,
        @Nullable Problem error) {
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
