package dev.lockkeeper.adopt;

import dev.lockkeeper.source.Migration;
import org.jspecify.annotations.Nullable;

/**
 * One migration that another tool says it has applied.
 *
 * @param name what the tool calls it
 * @param migration the one of this project; null when there is none
 */
record Claim(String name, Row row, @Nullable Migration migration, Evidence evidence) {}
