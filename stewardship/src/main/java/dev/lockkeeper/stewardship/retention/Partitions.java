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
    private static final int FETCH = 5000;

    /**
     * What a part of the partition has for its own, such as triggers and keys, is dropped along with it, and what a foreign key to the
     * whole has there goes as it is detached (manual, "pg_depend").
     */
    private static final String DEPENDENTS =
            "with part as (select relid from pg_partition_tree(%1$s::oid) union select %1$s::oid), mine as (select 'pg_class'::regclass as kind, relid as id from part"
                    + " union all select 'pg_type'::regclass, t.oid from pg_type t where t.typrelid in (select relid from part)"
                    + " union all select 'pg_type'::regclass, t.typarray from pg_type t where t.typrelid in (select relid from part))"
                    + " select case d.classid when 'pg_rewrite'::regclass then pg_describe_object('pg_class'::regclass,"
                    + " (select r.ev_class from pg_rewrite r where r.oid = d.objid), 0)"
                    + " else pg_describe_object(d.classid, d.objid, d.objsubid) end from pg_depend d join mine on d.refclassid = mine.kind and d.refobjid = mine.id"
                    + " where d.deptype = 'n' and not exists (select from pg_depend o where o.classid = d.classid and o.objid = d.objid"
                    + " and o.deptype <> 'n' and o.refclassid = 'pg_class'::regclass and o.refobjid in (select relid from part))"
                    + " and not (d.classid = 'pg_class'::regclass and d.objid in (select relid from part))"
                    + " and not (d.classid = 'pg_constraint'::regclass and exists (select from pg_constraint c where c.oid = d.objid and c.conparentid <> 0)) order by d.classid, d.objid limit 1";

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
                boolean attached = partition.state() != Partition.State.DETACHED;
                if (attached && isHeld(job, partition)) {
                    continue;
                }
                requireAlone(job, partition);
                if (attached) {
                    session.execute(evidence.begun(job, partition));
                    detach(job, partition);
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

    /**
     * What depends on a single partition, such as a view or a foreign key to it, keeps it from being dropped, and that would be noticed
     * after it was detached.
     */
    private void requireAlone(Job job, Partition partition) {
        List<@Nullable String[]> others = session.query(DEPENDENTS.formatted(partition.oid()));
        if (!others.isEmpty()) {
            throw Problem.of(
                            Code.RETENTION_STOPPED,
                            "partition " + partition.name() + " cannot be dropped: " + others.get(0)[0]
                                    + " depends on it alone")
                    .at(job.retention().place())
                    .help("let rows go one by one, with by: row, or let what depends on it depend on "
                            + job.relation().name())
                    .note("kept: the partition with all its rows, where it is")
                    .asException();
        }
    }

    private void detach(Job job, Partition partition) {
        String alter = "alter table " + job.relation().name().quoted() + " detach partition "
                + partition.name().quoted();
        session.alone("set lock_timeout = '2s'");
        if (partition.state() == Partition.State.DETACHING) {
            session.alone(alter + " finalize");
            return;
        }
        try {
            session.alone(alter + " concurrently");
        } catch (SqlFailure e) {
            // beside a default partition the server does not do it concurrently (manual, "ALTER TABLE")
            if (!e.error().sqlState().equals("55000")) {
                throw e;
            }
            session.execute("set local lock_timeout = '2s'; " + alter);
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
        session.execute("declare gone no scroll cursor for select row_to_json(t)::text from "
                + partition.name().quoted() + " t");
        Vault.Written written = vault.write(
                Files.name(partition.name(), evidence, Long.toString(partition.oid())),
                () -> session.query("fetch forward " + FETCH + " from gone").stream()
                        .map(row -> String.valueOf(row[0]))
                        .toList());
        session.execute("close gone");
        long rows = Long.parseLong(String.valueOf(
                session.query("select count(*)::text from " + partition.name().quoted())
                        .get(0)[0]));
        if (rows != written.rows()) {
            throw Problem.of(
                            Code.RETENTION_STOPPED,
                            "partition " + partition.name() + " has " + rows + " rows, and its archive has "
                                    + written.rows())
                    .note("kept: the partition, as a table of its own")
                    .asException();
        }
        return written;
    }
}
