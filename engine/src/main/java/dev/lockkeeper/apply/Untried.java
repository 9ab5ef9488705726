package dev.lockkeeper.apply;

import dev.lockkeeper.plan.Step;
import dev.lockkeeper.problem.Place;

/**
 * A step that a dry run has left out.
 *
 * @param place of the statement for which it was left out; of the script where there is none
 * @param reason in words, such as "CREATE INDEX CONCURRENTLY runs outside of a transaction"
 */
public record Untried(Step step, Place place, String reason) {}
