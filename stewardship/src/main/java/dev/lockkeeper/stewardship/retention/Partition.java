package dev.lockkeeper.stewardship.retention;

import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.database.Session;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A range partition.
 *
 * @param state whether it is attached, being detached, or a table of its own
 */
record Partition(long oid, ObjectName name, State state) {
    enum State {
        ATTACHED,
        DETACHING,
        DETACHED
    }

    /** Those of a table whose rows are all from before a time, the oldest first. */
    static List<Partition> due(Session session, Job job) {
        // the bound of a partition by range of one column is FROM (x) TO (y)
        return read(session, """
            select c.oid::text, n.nspname, c.relname, i.inhdetachpending::text from pg_inherits i
            join pg_class c on c.oid = i.inhrelid join pg_namespace n on n.oid = c.relnamespace
            cross join lateral (select substring(pg_get_expr(c.relpartbound, c.oid) from $$TO \\('([^']+)'\\)$$) as upper) b
            where i.inhparent = %s::regclass and b.upper::timestamptz <= %s::timestamptz order by b.upper::timestamptz""".formatted(literal(job.relation().name().quoted()), literal(job.cutoff())));
    }

    /** One by its OID; null when it is gone. */
    static @Nullable Partition of(Session session, long oid) {
        List<Partition> found = read(
                session,
                "select c.oid::text, n.nspname, c.relname, i.inhdetachpending::text from pg_class c"
                        + " join pg_namespace n on n.oid = c.relnamespace left join pg_inherits i on i.inhrelid = c.oid"
                        + " where c.oid = " + oid);
        return found.isEmpty() ? null : found.get(0);
    }

    private static List<Partition> read(Session session, String sql) {
        return session.query(sql).stream()
                .map(row -> new Partition(
                        Long.parseLong(String.valueOf(row[0])),
                        new ObjectName(String.valueOf(row[1]), String.valueOf(row[2])),
                        row[3] == null ? State.DETACHED : row[3].startsWith("t") ? State.DETACHING : State.ATTACHED))
                .toList();
    }
}
