package dev.lockkeeper.rehearsal;

import dev.lockkeeper.problem.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a plan did when it was rehearsed.
 *
 * @param serverVersion of the throw-away server, as it calls itself
 * @param migrations those that were observed, the last one perhaps in part
 * @param stopped why it did not go further; null when all of them ran
 */
public record RehearsalReport(
        String serverVersion,
        List<RehearsedMigration> migrations,
        @Nullable Problem stopped) {
    public RehearsalReport {
        migrations = List.copyOf(migrations);
    }
}
