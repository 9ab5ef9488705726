package dev.lockkeeper.check;

import dev.lockkeeper.problem.Place;
import org.jspecify.annotations.Nullable;

/** Takes what one rule finds. */
@FunctionalInterface
public interface Findings {
    /**
     * Takes a finding.
     *
     * @param at the statement or the file
     * @param object the name of what it is about, with schema; null for the statement or the file itself
     * @param message what it does there and to whom, without the way to do it better
     */
    void add(Place at, @Nullable String object, String message);
}
