package dev.lockkeeper.stewardship.classification;

import dev.lockkeeper.problem.Place;

/**
 * A change that was tried on a throw-away server, taken back, and refused there.
 *
 * @param place of what asks for it
 * @param object the table or kind of person that it is about
 * @param what was tried, in words
 * @param refusal what the server said
 */
public record Trial(Place place, String object, String what, String refusal) {}
