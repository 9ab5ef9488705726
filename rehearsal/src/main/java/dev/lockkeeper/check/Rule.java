package dev.lockkeeper.check;

import java.util.Set;

/**
 * A hazard that migrations are searched for. It looks at what a rehearsal saw; where nothing was rehearsed, at what the text
 * alone tells. Holds no state.
 */
public interface Rule {
    RuleText text();

    /** Looks at a migration that was rehearsed. */
    default void observed(Rehearsed migration, Findings findings) {}

    /** Looks at the text of a migration that was not rehearsed. */
    default void written(Written migration, Findings findings) {}

    /** Whether it is a matter of taste, so that it looks only where a project asks for it. */
    default boolean isOptional() {
        return false;
    }

    /** Whether it looks at what a migration is beside its up script, which a repeatable script has not. */
    default boolean isOfMigrations() {
        return false;
    }

    /**
     * The names of the problems with which Lockkeeper, and the SQLSTATEs with which the server refuses what it looks for: then
     * nothing of that can be rehearsed, and the problem itself tells of it. None for nearly all.
     */
    default Set<String> refusals() {
        return Set.of();
    }
}
