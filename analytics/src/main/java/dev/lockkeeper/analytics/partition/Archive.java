package dev.lockkeeper.analytics.partition;

import dev.lockkeeper.stewardship.retention.ArchiveNames;
import dev.lockkeeper.stewardship.retention.Partition;
import dev.lockkeeper.stewardship.retention.Vault;
import java.util.UUID;

/**
 * Where the rows of partitions go before they are dropped.
 *
 * @param owner what the names of its files have in common, as {@link ArchiveNames#owner} gives it
 * @param run under which files of this run are named
 */
public record Archive(Vault vault, String owner, UUID run) {
    String name(Partition partition) {
        return ArchiveNames.name(partition.name(), owner, run, Long.toString(partition.oid()));
    }
}
