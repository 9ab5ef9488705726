package dev.lockkeeper.catalog.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A function or procedure.
 *
 * @param arguments as they tell routines of one name apart
 * @param result null for a procedure
 * @param volatility {@code IMMUTABLE}, {@code STABLE} or {@code VOLATILE}
 * @param definer whether it runs with the rights of its owner
 * @param definition the whole statement that makes it; null for an aggregate
 */
public record Routine(
        ObjectName name,
        Kind kind,
        String arguments,
        @Nullable String result,
        String language,
        String volatility,
        boolean definer,
        @Nullable String definition,
        String owner,
        @Nullable String comment,
        List<Grant> grants) {
    public Routine {
        grants = List.copyOf(grants);
    }

    /** What a routine is. */
    public enum Kind {
        FUNCTION,
        PROCEDURE,
        AGGREGATE,
        WINDOW
    }
}
