package dev.lockkeeper.catalog;

/**
 * Where a server stands at one moment.
 *
 * @param surroundings a digest of what no copy of a database takes along; equal digests mean equal {@link Surroundings}
 * @param transactions the number of the next transaction that writes: nobody wrote between two equal numbers
 */
public record Moment(String surroundings, long transactions) {}
