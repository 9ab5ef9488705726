package dev.lockkeeper.rehearsal;

import dev.lockkeeper.catalog.Difference;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.rows.RowProof;
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
 * @param rows what was proven with rows in the tables; null when there were none, or nothing was asked of them
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
        boolean statementByStatement,
        @Nullable RowProof rows) {
    public MigrationProof {
        differences = List.copyOf(differences);
    }

    /** The same with what was proven of rows: a schema that is as it was is not the same where rows are lost. */
    MigrationProof with(@Nullable RowProof proof) {
        return new MigrationProof(
                component,
                version,
                description,
                up,
                down,
                proof != null && !proof.keeps() && verdict == Verdict.RESTORES ? Verdict.DIFFERS : verdict,
                reapply,
                differences,
                error,
                statementByStatement,
                proof == null ? null : proof.toldOnce(verdict == Verdict.DOWN_FAILS, reapply == Reapply.FAILS));
    }

    /** Whether rollback and reapply bring back exactly what was there, with and without rows. */
    public boolean proven() {
        return schemaProven() && (rows == null || rows.proven());
    }

    /** Whether rollback and reapply bring back exactly the schema that was there. */
    boolean schemaProven() {
        boolean onlyRows = verdict == Verdict.DIFFERS && differences.isEmpty();
        return (verdict == Verdict.RESTORES || onlyRows) && reapply == Reapply.OK;
    }
}
