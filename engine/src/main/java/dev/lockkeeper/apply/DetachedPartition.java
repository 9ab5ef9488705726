package dev.lockkeeper.apply;

import static dev.lockkeeper.apply.Resolution.EQ;

import dev.lockkeeper.database.Session;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What {@code ALTER TABLE ... DETACH PARTITION ... CONCURRENTLY} has done. */
record DetachedPartition(Concern concern, Session own, Cleanup cleanup) {
    Settled settle(boolean failed) {
        Fact parent = concern.the(Fact.Role.PARENT);
        Fact partition = concern.the(Fact.Role.PARTITION);
        if (parent == null || partition == null || partition.of() != parent.oid()) {
            return failed
                    ? new Settled.Again()
                    : Settlement.unknown("the partition was not attached to the table when it started");
        }
        @Nullable String[] now = now(parent, partition);
        if (now == null) {
            return failed
                    ? new Settled.Again()
                    : Settlement.unknown("the table " + parent.name() + " or its partition " + partition.name()
                            + " is not there any more");
        }
        String state = now[2];
        if (state == null) {
            return new Settled.Done();
        }
        if (state.equals("t") && partition.mark().equals("attached")) {
            Settled.Unknown refused =
                    cleanup.run(parent.oid(), "alter table " + now[0] + " detach partition " + now[1] + " finalize");
            return refused == null ? new Settled.Done() : refused;
        }
        String table = String.valueOf(now[0]);
        String child = String.valueOf(now[1]);
        if (failed || (Settlement.isSame(parent.name(), table) && Settlement.isSame(partition.name(), child))) {
            return new Settled.Again();
        }
        return Settlement.isSame(parent.name(), table)
                ? Settlement.renamed("partition", partition.name(), child)
                : Settlement.renamed("table", parent.name(), table);
    }

    Optional<Flaw> verify() {
        Fact parent = concern.the(Fact.Role.PARENT);
        Fact partition = concern.the(Fact.Role.PARTITION);
        @Nullable String[] now = parent == null || partition == null ? null : now(parent, partition);
        if (now == null || now[2] == null) {
            return Optional.empty();
        }
        return Optional.of(new Flaw(
                "partition " + now[1] + " was not detached from " + now[0],
                now[2].equals("t") ? "it is half detached" : "it is still attached",
                now[2].equals("t")
                        ? "finish it with: alter table " + now[0] + " detach partition " + now[1] + " finalize"
                        : "run the same command again"));
    }

    /**
     * The table and the partition as they are called now, and whether the partition is half detached, null when it is not
     * attached; null when one of the two is gone.
     */
    private @Nullable String @Nullable [] now(Fact parent, Fact partition) {
        List<@Nullable String[]> rows = own.query("select pg_catalog.format('%I.%I', tn.nspname, t.relname),"
                + " pg_catalog.format('%I.%I', pn.nspname, p.relname), i.inhdetachpending from pg_catalog.pg_class t"
                + " join pg_catalog.pg_namespace tn on tn.oid" + EQ + "t.relnamespace"
                + " join pg_catalog.pg_class p on p" + Settlement.at(partition.oid())
                + " join pg_catalog.pg_namespace pn on pn.oid" + EQ + "p.relnamespace"
                + " left join pg_catalog.pg_inherits i on i.inhrelid" + EQ + "p.oid and i.inhparent" + EQ
                + "t.oid where t" + Settlement.at(parent.oid()));
        return rows.isEmpty() ? null : rows.get(0);
    }
}
