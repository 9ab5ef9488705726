package dev.lockkeeper.stewardship.classification;

import dev.lockkeeper.check.RuleText;

/**
 * Something that a classification file, or the database that it is about, may have wrong. Holds no state. In the examples of its
 * text, {@code before} is SQL, and {@code bad} and {@code good} are parts of the file.
 */
public interface DataRule {
    RuleText text();

    /** Looks for it. */
    void judge(Scene scene, Findings findings);
}
