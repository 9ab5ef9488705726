package dev.lockkeeper.catalog;

import java.util.List;

/**
 * What no copy of a database takes along, as it was at one moment: roles, their memberships and settings, tablespaces,
 * other databases, subscriptions, and what is said about the database itself.
 */
public final class Surroundings {
    private final List<Row> rows;

    Surroundings(List<Row> rows) {
        this.rows = List.copyOf(rows);
    }

    List<Row> rows() {
        return rows;
    }

    /** What changed from these surroundings to others. */
    public Comparison compare(Surroundings after) {
        return this == after ? Comparison.same() : Comparison.of(rows, after.rows);
    }
}
