package dev.lockkeeper.adopt;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is taken over into the history of a component, or was.
 *
 * @param origin the other tool, or {@code baseline}
 * @param table the other tool's table; null for a baseline
 * @param taken in the order in which they were applied; empty when it was done before
 * @param leftOut what is not taken over and needs no decision, one sentence each
 * @param before when and by whom it was done before; null when it was not
 */
public record Adoption(
        String component,
        String origin,
        @Nullable String table,
        List<Taken> taken,
        List<String> leftOut,
        @Nullable String before) {
    public Adoption {
        taken = List.copyOf(taken);
        leftOut = List.copyOf(leftOut);
    }

    /** How many files were found to be what was applied. */
    public long verified() {
        return taken.stream().filter(Taken::verified).count();
    }
}
