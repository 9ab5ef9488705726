package dev.lockkeeper.rehearsal;

import dev.lockkeeper.catalog.Difference;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Checksum;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was proven of one migration.
 *
 * @param up checksum of the up script before tokens were replaced
 * @param down that of the down script; null when there is none
 * @param reapply null when it could not be tried, because the down script is missing or failed
 * @param differences what the rollback left different, or what the reapply made different when the rollback restores
 * @param error why the down script or the reapply failed; null when neither did
 * @param statementByStatement whether the server refuses one of its statements inside a transaction
 */
public record MigrationProof(
        String component,
        String version,
        String description,
        Checksum up,
        @Nullable Checksum down,
        Verdict verdict,
        @Nullable Reapply reapply,
        List<Difference> differences,
        @Nullable Problem error,
        boolean statementByStatement) {
    public MigrationProof {
        differences = List.copyOf(differences);
    }

    /** Whether rollback and reapply bring back exactly what was there. */
    public boolean proven() {
        return verdict == Verdict.RESTORES && reapply == Reapply.OK;
    }
}
