package dev.lockkeeper.audit;

/**
 * A run that has not ended.
 *
 * @param run its name in the record
 * @param command what was asked for
 * @param atWork whether the server process of its scripts is alive; else it was cut off, and the next command of its component will say so
 * @param since ISO 8601 in UTC
 */
public record OpenRun(String run, String component, String command, boolean atWork, String since) {}
