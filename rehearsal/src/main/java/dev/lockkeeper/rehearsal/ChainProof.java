package dev.lockkeeper.rehearsal;

import dev.lockkeeper.catalog.Difference;
import dev.lockkeeper.problem.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of taking the whole history of a component down and up again once.
 *
 * @param up null when it was not reached
 * @param stoppedAt the version that the way stopped at; null when it went through
 */
public record ChainProof(
        String component,
        Verdict down,
        @Nullable Reapply up,
        @Nullable String stoppedAt,
        List<Difference> differences,
        @Nullable Problem error) {
    public ChainProof {
        differences = List.copyOf(differences);
    }

    /** Whether the way down and the way up both end where they should. */
    public boolean proven() {
        return down == Verdict.RESTORES && up == Reapply.OK;
    }
}
