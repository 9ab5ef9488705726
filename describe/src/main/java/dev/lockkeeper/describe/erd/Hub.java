package dev.lockkeeper.describe.erd;

import dev.lockkeeper.catalog.model.ObjectName;

/**
 * A table that so many others refer to that lines would hide everything else.
 *
 * @param number from 1, the greatest hub first
 * @param tables how many of the diagram refer to it
 * @param keys how many foreign keys are marked instead of drawn
 */
public record Hub(int number, ObjectName name, int tables, int keys) {}
