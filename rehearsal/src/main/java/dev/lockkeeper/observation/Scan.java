package dev.lockkeeper.observation;

/**
 * How often a table was read from one end to the other.
 *
 * @param relation its name, with schema
 * @param passes at least 1
 */
public record Scan(String relation, long passes) {}
