package dev.lockkeeper.fleet;

import dev.lockkeeper.problem.Category;
import dev.lockkeeper.problem.LockkeeperException;
import java.util.List;
import java.util.Optional;

/** What became of all targets of a fleet, in their order. */
public record FleetResult(List<FleetOutcome> outcomes) {
    public FleetResult {
        outcomes = List.copyOf(outcomes);
    }

    public long count(FleetOutcome.State state) {
        return outcomes.stream().filter(o -> o.state() == state).count();
    }

    /**
     * The category that decides the exit code; empty when every target is where it was wanted. A failure is partial when
     * this run has changed any target, else it is what the first failure is.
     */
    public Optional<Category> failure() {
        Optional<Category> first = outcomes.stream()
                .filter(o -> o.state() == FleetOutcome.State.FAILED)
                .findFirst()
                .map(o -> new LockkeeperException(o.problems()).category());
        boolean changed = outcomes.stream().anyMatch(o -> o.steps() > 0);
        if (first.isEmpty()) {
            // only an interruption leaves targets out without a failure
            return count(FleetOutcome.State.NOT_STARTED) == 0 ? Optional.empty() : Optional.of(Category.RETRY);
        }
        return changed ? Optional.of(Category.PARTIAL) : first;
    }
}
