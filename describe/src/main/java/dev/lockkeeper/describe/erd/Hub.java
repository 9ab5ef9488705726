package dev.lockkeeper.describe.erd;

import dev.lockkeeper.catalog.model.ObjectName;
import java.util.List;

/**
 * A table that so many others refer to that lines would hide everything else.
 *
 * @param number from 1, the greatest hub first
 * @param lines that are marked instead of drawn
 */
public record Hub(int number, ObjectName name, List<Line> lines) {
    public Hub {
        lines = List.copyOf(lines);
    }

    /** How many foreign keys are marked. */
    public int keys() {
        return lines.size();
    }

    /** How many tables of the diagram they are of. */
    public long tables() {
        return lines.stream().map(Line::child).distinct().count();
    }

    boolean isFor(ObjectName child) {
        return lines.stream().anyMatch(line -> line.child().equals(child));
    }
}
