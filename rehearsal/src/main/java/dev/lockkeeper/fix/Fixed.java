package dev.lockkeeper.fix;

import dev.lockkeeper.check.Finding;

/**
 * A finding that is written in a safer way.
 *
 * @param file where that stands: the file of the finding, or the one of a migration that follows
 */
public record Fixed(Finding finding, String file) {}
