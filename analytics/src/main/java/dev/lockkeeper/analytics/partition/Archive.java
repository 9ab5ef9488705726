package dev.lockkeeper.analytics.partition;

import dev.lockkeeper.analytics.adapter.ParquetArchive;
import dev.lockkeeper.analytics.definition.PartitionRule;
import dev.lockkeeper.analytics.state.Site;
import dev.lockkeeper.stewardship.retention.ArchiveNames;
import dev.lockkeeper.stewardship.retention.Partition;
import dev.lockkeeper.stewardship.retention.Vault;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where the rows of partitions go before they are dropped.
 *
 * @param owner what the names of its files have in common, as {@link ArchiveNames#owner} gives it
 * @param run under which files of this run are named
 * @param parquet whether files are Parquet where the definition says nothing
 */
public record Archive(Vault vault, String owner, UUID run, boolean parquet) {
    /**
     * Writes all rows of a table that was a partition, and reads the file again.
     *
     * @param form what the definition says; null when it says nothing
     */
    Vault.Written write(Site site, Partition partition, PartitionRule.@Nullable Form form) {
        String part = Long.toString(partition.oid());
        return form == PartitionRule.Form.PARQUET || (form == null && parquet)
                ? ParquetArchive.write(
                        site,
                        partition.name(),
                        vault,
                        ArchiveNames.name(partition.name(), owner, run, part, ArchiveNames.PARQUET))
                : vault.write(site.session(), partition.name(), ArchiveNames.name(partition.name(), owner, run, part));
    }
}
