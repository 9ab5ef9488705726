package dev.lockkeeper.plan;

import dev.lockkeeper.source.Script;

/**
 * A script that ran, to be run again elsewhere.
 *
 * @param by the database user who ran it
 * @param at when, as text that sorts like the time
 * @param certain whether what it made is still in force
 */
public record Replayed(Script script, String by, String at, boolean certain) {}
