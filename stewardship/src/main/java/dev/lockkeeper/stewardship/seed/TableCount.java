package dev.lockkeeper.stewardship.seed;

/**
 * What became of the rows of one table.
 *
 * @param inserted rows that were not there
 * @param updated rows that held other values
 * @param rows how many the package has in all
 */
public record TableCount(String table, long inserted, long updated, long rows) {}
