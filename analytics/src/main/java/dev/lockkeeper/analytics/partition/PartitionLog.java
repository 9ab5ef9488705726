package dev.lockkeeper.analytics.partition;

import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.analytics.dialect.Dialect;
import dev.lockkeeper.analytics.dialect.Span;
import dev.lockkeeper.analytics.state.Instants;
import dev.lockkeeper.analytics.state.Site;
import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.stewardship.retention.Vault;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the database keeps of partitions that go: each step is written before or with what it tells, so that a run that is cut off goes on. */
record PartitionLog(Site site, Dialect dialect, ObjectName table) {
    /**
     * A partition that was found to be final.
     *
     * @param oid by which it is known, whatever it is called by now
     */
    record Begun(long id, long oid, Span span) {}

    /** Writes that the sums of a partition are final, so that it goes. */
    void begin(Part part, Span span) {
        long oid = part.partition().oid();
        site.execute("with known as (update " + log() + " set retired_at = now(), detached_at = null where source = "
                + source()
                + " and partition_oid = " + oid
                + " and dropped_at is null returning 1) insert into " + log()
                + " (source, partition, partition_oid, lower_bound, upper_bound, retired_at) select " + source() + ", "
                + literal(part.partition().name().toString()) + ", " + oid + ", " + dialect.instant(span.from()) + ", "
                + dialect.instant(span.to()) + ", now() where not exists (select from known)");
    }

    void detached(long oid) {
        site.execute("update " + log() + " set detached_at = now() where source = " + source() + " and partition_oid = "
                + oid + " and dropped_at is null and retired_at is not null");
    }

    void dropped(Begun begun, Vault.Written file) {
        site.execute("update " + log()
                + " set detached_at = coalesce(detached_at, now()), exported_at = now(), dropped_at = now(), rows = "
                + file.rows() + ", file = " + literal(file.name()) + ", checksum = " + literal(file.sha256())
                + " where partition_id = " + begun.id());
    }

    /** One that somebody else has dropped. */
    void lost(Begun begun) {
        site.execute("update " + log() + " set dropped_at = now() where partition_id = " + begun.id());
    }

    /** Those that were begun and are there still. */
    List<Begun> open() {
        return site
                .query("select partition_id::text, partition_oid::text, " + Instants.seconds("lower_bound") + ", "
                        + Instants.seconds("upper_bound") + " from " + log() + " where source = " + source()
                        + " and retired_at is not null and dropped_at is null order by lower_bound, partition_id")
                .stream()
                .map(row -> new Begun(
                        Long.parseLong(String.valueOf(row[0])),
                        Long.parseLong(String.valueOf(row[1])),
                        new Span(Instants.read(row[2]), Instants.read(row[3]))))
                .toList();
    }

    /** The digests of archives, by the names of their files. */
    Map<String, String> files() {
        Map<String, String> files = new HashMap<>();
        site.query("select file, checksum from " + log() + " where file is not null")
                .forEach(row -> files.put(String.valueOf(row[0]), String.valueOf(row[1])));
        return files;
    }

    private String log() {
        return site.table("partition_log");
    }

    private String source() {
        return literal(table.toString());
    }
}
