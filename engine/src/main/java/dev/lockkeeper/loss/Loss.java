package dev.lockkeeper.loss;

import org.jspecify.annotations.Nullable;

/**
 * Data that a step takes away.
 *
 * @param step the version of the migration
 * @param what what it is, in words, such as {@code table public.parcel}
 * @param rows how many rows by the statistics of the server; null when they say nothing
 * @param known whether it is known what the statement takes away; where it is not, it may be any data
 */
public record Loss(String step, String what, @Nullable Long rows, boolean known) {
    /** What and how much, in words. */
    public String sentence() {
        if (!known) {
            return step + ": " + what;
        }
        return step + ": " + what + ", " + (rows == null ? "rows not known" : "about " + rows + " rows");
    }
}
