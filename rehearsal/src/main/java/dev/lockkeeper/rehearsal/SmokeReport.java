package dev.lockkeeper.rehearsal;

import dev.lockkeeper.problem.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a smoke run found out.
 *
 * @param serverVersion such as {@code 18.6}
 * @param stopped why the run ended early: an up script that fails ends its component; null when it went through
 */
public record SmokeReport(
        String serverVersion,
        List<MigrationProof> migrations,
        List<RepeatProof> repeatables,
        List<ChainProof> chains,
        @Nullable Problem stopped) {
    public SmokeReport {
        migrations = List.copyOf(migrations);
        repeatables = List.copyOf(repeatables);
        chains = List.copyOf(chains);
    }

    /** Whether every migration, every repeatable script and every whole history is proven. */
    public boolean proven() {
        return stopped == null
                && migrations.stream().allMatch(MigrationProof::proven)
                && repeatables.stream().allMatch(RepeatProof::proven)
                && chains.stream().allMatch(ChainProof::proven);
    }
}
