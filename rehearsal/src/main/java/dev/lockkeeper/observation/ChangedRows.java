package dev.lockkeeper.observation;

/**
 * The rows of a table that a statement wrote, its triggers included.
 *
 * @param relation its name, with schema
 */
public record ChangedRows(String relation, long inserted, long updated, long deleted) {}
