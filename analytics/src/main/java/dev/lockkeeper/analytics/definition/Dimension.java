package dev.lockkeeper.analytics.definition;

import dev.lockkeeper.problem.Place;

/**
 * By what events are added up. Events without a value are a group of their own.
 *
 * @param column of the source
 * @param into the column of the target
 * @param nullsRefused whether an event without a value keeps its bucket from being published
 * @param total whether a row without a value is the sum over all values; events then have one each
 */
public record Dimension(Place place, String column, String into, boolean nullsRefused, boolean total) {}
