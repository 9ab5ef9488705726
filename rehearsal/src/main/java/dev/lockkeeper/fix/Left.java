package dev.lockkeeper.fix;

import dev.lockkeeper.check.Finding;

/**
 * A finding that stays as it is.
 *
 * @param reason why its safer way cannot be written without a person
 */
public record Left(Finding finding, String reason) {}
