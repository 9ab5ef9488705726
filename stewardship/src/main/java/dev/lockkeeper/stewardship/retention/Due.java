package dev.lockkeeper.stewardship.retention;

import java.util.List;

/**
 * What would go from a table.
 *
 * @param rows that would go now; of partitions, the rows in those that would go
 * @param held rows whose time is over and that must stay
 * @param partitions that would go as a whole
 */
public record Due(Job job, long rows, long held, List<String> partitions) {
    public Due {
        partitions = List.copyOf(partitions);
    }
}
