package dev.lockkeeper.history;

import dev.lockkeeper.source.Checksum;
import dev.lockkeeper.source.Version;

/**
 * One applied migration as the database remembers it.
 *
 * @param id rises with every migration that is applied
 * @param checksum of the up script before tokens were replaced
 * @param appliedAt ISO 8601 in UTC
 * @param appliedBy the database user
 */
public record Entry(
        long id, Version version, String description, Checksum checksum, String appliedAt, String appliedBy) {}
