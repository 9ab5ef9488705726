package dev.lockkeeper.rehearsal;

import dev.lockkeeper.catalog.Difference;
import dev.lockkeeper.problem.Problem;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What came of taking the whole history of a component down and up again once.
 *
 * @param up null when it was not reached
 * @param stoppedAt the version that the way stopped at; null when it went through
 * @param differences what the proof of no single migration has told
 * @param error why it stopped; null when it did not, or when the proof of a migration has told it
 * @param toldBefore how many differences and errors the proofs of single migrations have told already
 */
public record ChainProof(
        String component,
        Verdict down,
        @Nullable Reapply up,
        @Nullable String stoppedAt,
        List<Difference> differences,
        @Nullable Problem error,
        int toldBefore) {
    public ChainProof {
        differences = List.copyOf(differences);
    }

    /** Whether the way down and the way up both end where they should. */
    public boolean proven() {
        return down == Verdict.RESTORES && up == Reapply.OK;
    }

    /** The same without what the proofs of single migrations have told: a mistake is told once. */
    ChainProof toldOnce(List<MigrationProof> proofs) {
        List<Difference> fresh = differences.stream()
                .filter(d ->
                        proofs.stream().flatMap(p -> p.differences().stream()).noneMatch(d::tellsTheSame))
                .toList();
        boolean known = error != null
                && proofs.stream()
                        .map(MigrationProof::error)
                        .filter(Objects::nonNull)
                        .anyMatch(e -> e.message().equals(error.message()) && Objects.equals(e.place(), error.place()));
        int told = differences.size() - fresh.size() + (known ? 1 : 0);
        return new ChainProof(component, down, up, stoppedAt, fresh, known ? null : error, told);
    }
}
