package dev.lockkeeper.rehearsal;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What apply and rollback cost beside traffic, held against what is allowed.
 *
 * @param window how long a run of all components may take
 * @param stall how long a statement of the traffic may take during a rollback
 * @param sessions of the traffic
 */
public record WindowReport(
        String serverVersion, Duration window, Duration stall, int sessions, List<ComponentWindow> components) {
    public WindowReport {
        components = List.copyOf(components);
    }

    /** How long a kind of run took in all components together. */
    public long nanos(WindowPhase.Kind kind) {
        return phases().filter(p -> p.kind() == kind)
                .mapToLong(WindowPhase::nanos)
                .sum();
    }

    /** The longer of the two runs in a direction. */
    public WindowPhase.Kind longest(boolean rollback) {
        return Stream.of(WindowPhase.Kind.values())
                .filter(k -> k.rollback() == rollback)
                .max(Comparator.comparingLong(this::nanos))
                .orElseThrow();
    }

    /** The phase with the longest stall during a rollback; empty when none was measured. */
    public Optional<WindowPhase> worst() {
        return phases().filter(p -> p.kind().rollback())
                .max(Comparator.comparingLong(p -> p.stalls().longestNanos()));
    }

    /** Whether a run took no longer than the window. */
    public boolean fits(WindowPhase.Kind kind) {
        return nanos(kind) <= window.toNanos();
    }

    /** Whether no statement took longer than it may. */
    public boolean flows() {
        return worst().map(p -> p.stalls().longestNanos() <= stall.toNanos()).orElse(true);
    }

    /** Whether every component went through, and within the limits. */
    public boolean passed() {
        return components.stream().allMatch(c -> c.stopped() == null)
                && Stream.of(WindowPhase.Kind.values()).allMatch(this::fits)
                && flows();
    }

    private Stream<WindowPhase> phases() {
        return components.stream().flatMap(c -> c.phases().stream());
    }
}
