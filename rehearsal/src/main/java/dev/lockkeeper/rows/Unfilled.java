package dev.lockkeeper.rows;

/**
 * A table for which no row could be made.
 *
 * @param table as SQL spells it
 * @param why what the server said to the last attempt, or what is missing
 */
public record Unfilled(String table, String why) {}
