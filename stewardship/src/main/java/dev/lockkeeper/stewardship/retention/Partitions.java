package dev.lockkeeper.stewardship.retention;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.stewardship.classification.Retention;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lets whole partitions go: detached first, so that nobody waits, then archived, verified and dropped in one transaction. What was begun
 * and cut off is taken up again, by the OID in the record.
 */
final class Partitions {
    private final Session session;
    private final Evidence evidence;
    private final @Nullable Vault vault;

    Partitions(Session session, Evidence evidence, @Nullable Vault vault) {
        this.session = session;
        this.evidence = evidence;
        this.vault = vault;
    }

    Gone run(Job job) {
        long rows = 0;
        List<String> names = new ArrayList<>();
        List<String> files = new ArrayList<>();
        try {
            for (Partition partition : due(job)) {
                if (partition.state() != Partition.State.DETACHED) {
                    if (isHeld(job, partition)) {
                        continue;
                    }
                    requireAlone(job, partition);
                    session.execute(evidence.begun(job, partition));
                    partition.detach(session, job.relation().name());
                }
                rows += drop(job, partition, files);
                names.add(partition.name().toString());
            }
            return new Gone(job, rows, names.size(), names, files, 0);
        } catch (SqlFailure e) {
            throw Counting.refused(job, "go", e);
        }
    }

    /** Those that an earlier run has begun, then those whose time is over. */
    private List<Partition> due(Job job) {
        Map<Long, Partition> all = new LinkedHashMap<>();
        for (long oid : evidence.open(session, job)) {
            Partition begun = Partition.of(session, oid);
            if (begun != null && begun.state() != Partition.State.ATTACHED) {
                all.put(oid, begun);
            }
        }
        Partition.due(session, job).forEach(one -> all.putIfAbsent(one.oid(), one));
        return List.copyOf(all.values());
    }

    private boolean isHeld(Job job, Partition partition) {
        return "t"
                .equals(session.query("select exists (select from "
                                + partition.name().quoted() + " t where " + job.held() + ")")
                        .get(0)[0]);
    }

    private void requireAlone(Job job, Partition partition) {
        String key = partition.referrer(session);
        if (key != null) {
            throw Problem.of(
                            Code.RETENTION_STOPPED,
                            "partition " + partition.name() + " cannot be dropped: " + key + " refers to it alone")
                    .at(job.retention().place())
                    .help("let rows go one by one, with by: row, or let the key refer to "
                            + job.relation().name())
                    .note("kept: the partition with all its rows, where it is")
                    .asException();
        }
    }

    private long drop(Job job, Partition partition, List<String> files) {
        return new BatchTransaction(session, vault)
                .run(() -> went(job, partition), files)
                .rows();
    }

    private BatchTransaction.Went went(Job job, Partition partition) {
        String table = partition.name().quoted();
        session.execute("set local lock_timeout = '2s'; lock table " + table + " in access exclusive mode");
        if (isHeld(job, partition)) {
            throw Problem.of(
                            Code.RETENTION_STOPPED,
                            "partition " + partition.name() + " was detached, and a row of it is under a hold now")
                    .at(job.retention().place())
                    .help("attach it again, or let the hold end: alter table "
                            + job.relation().name().quoted() + " attach partition " + table
                            + " for values from (...) to (...)")
                    .note("kept: the partition with all its rows, as a table of its own")
                    .asException();
        }
        Vault.Written file = job.retention().strategy() == Retention.Strategy.ARCHIVE ? archived(partition) : null;
        long rows = file != null
                ? file.rows()
                : Long.parseLong(String.valueOf(
                        session.query("select count(*)::text from " + table).get(0)[0]));
        session.execute("drop table " + table + ";" + evidence.done(job, rows, partition, file));
        return new BatchTransaction.Went(rows, file);
    }

    private Vault.Written archived(Partition partition) {
        if (vault == null) {
            throw new IllegalStateException("an archive is asked for before anything is done");
        }
        return vault.write(
                session,
                partition.name(),
                ArchiveNames.name(partition.name(), evidence.owner(), evidence.run(), Long.toString(partition.oid())));
    }
}
