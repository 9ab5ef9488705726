package dev.lockkeeper.stewardship.erasure;

import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.stewardship.classification.Subject;
import java.util.List;
import java.util.Optional;

/**
 * What is done in one database to forget a person.
 *
 * @param key of the person
 * @param found whether the person is there
 * @param held whether its rows must stay
 * @param parts in the order in which they are done
 * @param refreshed materialized views that keep copies, in their order
 */
public record ErasurePlan(
        Model model,
        Subject subject,
        List<String> key,
        boolean found,
        boolean held,
        List<Part> parts,
        List<ObjectName> refreshed) {
    public ErasurePlan {
        key = List.copyOf(key);
        parts = List.copyOf(parts);
        refreshed = List.copyOf(refreshed);
    }

    /** What becomes of the row that is the person; empty where that table is not. */
    Optional<Part> own() {
        return parts.stream()
                .filter(part -> part.relation().name().equals(subject.table()))
                .findFirst();
    }

    /** How many rows of the person there are. */
    public long rows() {
        return parts.stream().mapToLong(Part::rows).sum();
    }
}
