package dev.lockkeeper.health;

import dev.lockkeeper.problem.Category;
import java.time.Instant;
import java.util.List;

/**
 * What one look at all components has found.
 *
 * @param at when it was made
 */
public record HealthReport(Instant at, List<ComponentHealth> components) {
    public HealthReport {
        components = List.copyOf(components);
    }

    public boolean isHealthy() {
        return components.stream().allMatch(ComponentHealth::isHealthy);
    }

    /** What a command ends with: 0, 3 when something is not as it should be, 5 when of a component nothing is known. */
    public int exitCode() {
        return components.stream().anyMatch(one -> one.problem() != null)
                ? Category.CONNECTION.exitCode()
                : isHealthy() ? 0 : Category.FINDINGS.exitCode();
    }
}
