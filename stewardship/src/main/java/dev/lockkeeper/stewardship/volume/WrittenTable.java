package dev.lockkeeper.stewardship.volume;

/**
 * The rows that were generated for a table.
 *
 * @param rows how many were sent; a trigger may have kept some from being there
 * @param digest of what COPY sent, the same for the same file and the same rows to refer to
 */
public record WrittenTable(String table, long rows, String digest) {}
