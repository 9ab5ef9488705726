package dev.lockkeeper.database;

/** Told how many rows the statements of a message have changed, as the server counts them. */
@FunctionalInterface
public interface RowCounts {
    /** Wants to know nothing. */
    RowCounts NONE = (completed, rows) -> {};

    /**
     * A statement has changed rows. What a query reads does not count, nor what it writes in a WITH clause.
     *
     * @param completed how many statements of the message had completed before it
     */
    void changed(int completed, long rows);
}
