package dev.lockkeeper.check;

import dev.lockkeeper.problem.Place;

/**
 * A statement at which no rule could look.
 *
 * @param reason why not
 */
public record Unjudged(Place place, String reason) {}
