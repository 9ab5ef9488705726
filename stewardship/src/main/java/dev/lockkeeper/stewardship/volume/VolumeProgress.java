package dev.lockkeeper.stewardship.volume;

/** Told how far the rows of a table are. */
@FunctionalInterface
public interface VolumeProgress {
    /** Wants to know nothing. */
    VolumeProgress NONE = (table, rows, of) -> {};

    /**
     * So many rows were sent.
     *
     * @param of how many there will be
     */
    void rows(String table, long rows, long of);
}
