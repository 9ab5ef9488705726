package dev.lockkeeper.rehearsal;

import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.rows.Unfilled;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a plan did when it was rehearsed.
 *
 * @param serverVersion of the throw-away server, as it calls itself
 * @param migrations those that were observed, the last one perhaps in part
 * @param unfilled tables for which no row could be made; empty also when none was wanted
 * @param stopped why it did not go further; null when all of them ran
 */
public record RehearsalReport(
        String serverVersion,
        List<RehearsedMigration> migrations,
        List<Unfilled> unfilled,
        @Nullable Problem stopped) {
    public RehearsalReport {
        migrations = List.copyOf(migrations);
        unfilled = List.copyOf(unfilled);
    }
}
