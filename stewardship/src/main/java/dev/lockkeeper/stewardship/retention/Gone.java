package dev.lockkeeper.stewardship.retention;

import java.util.List;

/**
 * What went from a table.
 *
 * @param rows that went, or were anonymized
 * @param batches in how many transactions
 * @param partitions that went as a whole
 * @param files archives that were written
 * @param left rows whose time is over and that somebody else had locked
 */
public record Gone(Job job, long rows, int batches, List<String> partitions, List<String> files, long left) {
    public Gone {
        partitions = List.copyOf(partitions);
        files = List.copyOf(files);
    }
}
