package dev.lockkeeper.source;

import org.jspecify.annotations.Nullable;

/**
 * The up and the down script of one migration, wherever its convention keeps them.
 *
 * @param down null when there is none
 * @param upAlone whether the up script is marked to run outside of a transaction
 * @param downAlone the same for the down script
 */
record Sections(SourceText up, @Nullable SourceText down, boolean upAlone, boolean downAlone) {
    /** Scripts that run in a transaction. */
    static Sections of(SourceText up, @Nullable SourceText down) {
        return new Sections(up, down, false, false);
    }
}
