package dev.lockkeeper.stewardship.retention;

import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.history.AuditedTable;
import dev.lockkeeper.history.DataRecord;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the record is told of each batch, in the transaction of the batch.
 *
 * @param site the database, as whoever runs it names it
 * @param rules SHA-256 of the classification file
 */
public record Evidence(DataRecord record, UUID run, String component, String site, String rules) {
    /** What the names of archives of this component of this database have in common. */
    public String owner() {
        return ArchiveNames.owner(site, component);
    }

    /** The statement that keeps what was done. */
    String done(Job job, long rows, @Nullable Partition partition, Vault.@Nullable Written file) {
        Map<String, String> values = values(job, "done");
        values.put("affected", Long.toString(rows));
        if (partition != null) {
            values.putAll(of(partition));
        }
        if (file != null) {
            values.put("file", literal(file.name()));
            values.put("file_sha256", literal(file.sha256()));
        }
        return record.kept(AuditedTable.RETENTION, values, null);
    }

    /** The statement that keeps that a partition is about to be detached. */
    String begun(Job job, Partition partition) {
        Map<String, String> values = values(job, "begun");
        values.putAll(of(partition));
        return record.kept(AuditedTable.RETENTION, values, null);
    }

    private Map<String, String> values(Job job, String state) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("run", literal(run.toString()) + "::uuid");
        values.put("component", literal(component));
        values.put("relation", literal(job.table()));
        values.put("strategy", literal(job.retention().strategy().key()));
        values.put("state", literal(state));
        values.put("cutoff", literal(job.cutoff()) + "::timestamptz");
        values.put("rules_sha256", literal(rules));
        return values;
    }

    private static Map<String, String> of(Partition partition) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("part", literal(partition.name().toString()));
        values.put("part_oid", Long.toString(partition.oid()));
        return values;
    }

    /** The digests of archives, by the names of their files. */
    public Map<String, String> files(Session session) {
        Map<String, String> files = new HashMap<>();
        record.read(session, AuditedTable.RETENTION, "t.file, t.file_sha256", "where t.file is not null")
                .forEach(row -> files.put(String.valueOf(row[0]), String.valueOf(row[1])));
        return files;
    }

    /** The OIDs of partitions of a table that were begun and are not done. */
    List<Long> open(Session session, Job job) {
        return record
                .read(
                        session,
                        AuditedTable.RETENTION,
                        "t.part_oid::text",
                        "where t.relation = " + literal(job.table())
                                + " and t.part_oid is not null group by t.part_oid having not bool_or(t.state = 'done')"
                                + " order by t.part_oid")
                .stream()
                .map(row -> Long.parseLong(String.valueOf(row[0])))
                .toList();
    }
}
