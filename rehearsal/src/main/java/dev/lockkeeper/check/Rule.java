package dev.lockkeeper.check;

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
}
