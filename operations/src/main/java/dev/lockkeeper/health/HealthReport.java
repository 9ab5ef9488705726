package dev.lockkeeper.health;

import dev.lockkeeper.problem.Category;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

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

    /** What a command ends with: that of the first component of which nothing is known, 3 when something is not as it should be. */
    public int exitCode() {
        return components.stream()
                .flatMap(one -> Optional.ofNullable(one.problem()).stream())
                .map(problem -> problem.category().exitCode())
                .findFirst()
                .orElse(isHealthy() ? 0 : Category.FINDINGS.exitCode());
    }
}
