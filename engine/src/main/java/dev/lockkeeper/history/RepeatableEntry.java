package dev.lockkeeper.history;

import dev.lockkeeper.source.Checksum;

/**
 * The last run of a repeatable script as the database remembers it.
 *
 * @param renderedChecksum of the script as it was sent: with another value of a token it is another script
 * @param appliedAt ISO 8601 in UTC
 * @param appliedBy the database user
 * @param inForce false when a migration was rolled back since, which may have dropped what the script made
 * @param kept false when a migration was applied since and what the script made is not as it was, or nobody knows
 */
public record RepeatableEntry(
        String name, Checksum renderedChecksum, String appliedAt, String appliedBy, boolean inForce, boolean kept) {}
