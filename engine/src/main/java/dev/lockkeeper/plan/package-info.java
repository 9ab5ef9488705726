/** Compares migrations with the history and decides what to do: pure, no database, no clock. */
@NullMarked
package dev.lockkeeper.plan;

import org.jspecify.annotations.NullMarked;
