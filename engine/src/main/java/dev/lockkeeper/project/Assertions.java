package dev.lockkeeper.project;

import java.util.List;

/**
 * What a project declares to be so of a component, and Lockkeeper enforces.
 *
 * @param noProductionWrite nothing is run in an environment of production
 * @param requiresHumanApproval outside of a person's own databases and of CI somebody else approves each plan
 * @param noSeedData an apply brings no rows
 * @param checks what must be true when an apply ends, in their order
 */
public record Assertions(
        boolean noProductionWrite, boolean requiresHumanApproval, boolean noSeedData, List<Check> checks) {
    public Assertions {
        checks = List.copyOf(checks);
    }

    /**
     * A query whose first value must be true.
     *
     * @param query names what it concerns with its schema: it sees {@code pg_catalog} only
     */
    public record Check(String name, String query) {}

    /** Nothing is declared. */
    public static Assertions none() {
        return new Assertions(false, false, false, List.of());
    }

    /** Whether something is looked at when a script ends. */
    public boolean observes() {
        return noSeedData || !checks.isEmpty();
    }
}
