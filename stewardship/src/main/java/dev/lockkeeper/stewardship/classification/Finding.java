package dev.lockkeeper.stewardship.classification;

import dev.lockkeeper.check.Severity;
import dev.lockkeeper.problem.Place;

/**
 * One result of a rule about data.
 *
 * @param rule its id
 * @param place in the classification file
 * @param object the name of what it is about, with schema
 * @param message what is wrong
 * @param help what to do
 */
public record Finding(String rule, Severity severity, Place place, String object, String message, String help) {}
