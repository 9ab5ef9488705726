package dev.lockkeeper.rehearsal;

import dev.lockkeeper.problem.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one component cost beside traffic.
 *
 * @param rows how many rows its tables have before the first rollback
 * @param workload the messages of the traffic
 * @param quiet what the traffic saw when nothing else ran
 * @param phases in the order in which they ran
 * @param migrations in the order of their versions
 * @param stopped why it did not go through; null when it did
 */
public record ComponentWindow(
        String component,
        long rows,
        List<String> workload,
        Stalls quiet,
        List<WindowPhase> phases,
        List<WindowMigration> migrations,
        @Nullable Problem stopped) {
    public ComponentWindow {
        workload = List.copyOf(workload);
        phases = List.copyOf(phases);
        migrations = List.copyOf(migrations);
    }
}
