package dev.lockkeeper.stewardship.volume;

import org.jspecify.annotations.Nullable;

/** Makes the values of one column. Thread-safe: all that changes is in what it is given. */
@FunctionalInterface
interface Maker {
    /**
     * The value as the column's type reads it; null for NULL.
     *
     * @param row in which the columns that it reads have their values
     * @param draw begun for this value
     */
    @Nullable
    String make(MadeRow row, Draw draw);
}
