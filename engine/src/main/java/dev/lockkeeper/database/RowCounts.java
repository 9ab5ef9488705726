package dev.lockkeeper.database;

/** Told how many rows the statements of a message have changed, as the server counts them. */
@FunctionalInterface
public interface RowCounts {
    /** Wants to know nothing. */
    RowCounts NONE = (completed, rows) -> {};

    /**
     * A statement has changed rows. Not told of one that returns rows, such as INSERT with RETURNING: the driver drops its count
     * together with them.
     *
     * @param completed how many statements of the message had completed before it
     */
    void changed(int completed, long rows);
}
