package dev.lockkeeper.stewardship.retention;

import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A range partition.
 *
 * @param state whether it is attached, being detached, or a table of its own
 */
public record Partition(long oid, ObjectName name, State state) {
    /** How it belongs to its table. */
    public enum State {
        ATTACHED,
        /** A concurrent detachment was cut off. */
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
    public static @Nullable Partition of(Session session, long oid) {
        List<Partition> found = read(
                session,
                "select c.oid::text, n.nspname, c.relname, i.inhdetachpending::text from pg_class c"
                        + " join pg_namespace n on n.oid = c.relnamespace left join pg_inherits i on i.inhrelid = c.oid"
                        + " where c.oid = " + oid);
        return found.isEmpty() ? null : found.get(0);
    }

    /** What depends on it or a part of it alone, so that it cannot be dropped, such as a view or a foreign key; null when nothing does. */
    public @Nullable String dependent(Session session) {
        // triggers and keys of a part are dropped along with it; what a foreign key to the whole has there goes as it
        // is
        // detached (manual, "pg_depend")
        List<@Nullable String[]> found = session.query("""
            with part as (select relid from pg_partition_tree(%1$s::oid) union select %1$s::oid), mine as (select 'pg_class'::regclass as kind, relid as id from part
            union all select 'pg_type'::regclass, t.oid from pg_type t where t.typrelid in (select relid from part)
            union all select 'pg_type'::regclass, t.typarray from pg_type t where t.typrelid in (select relid from part))
            select case d.classid when 'pg_rewrite'::regclass then pg_describe_object('pg_class'::regclass,
            (select r.ev_class from pg_rewrite r where r.oid = d.objid), 0)
            else pg_describe_object(d.classid, d.objid, d.objsubid) end from pg_depend d join mine on d.refclassid = mine.kind and d.refobjid = mine.id
            where d.deptype = 'n' and not exists (select from pg_depend o where o.classid = d.classid and o.objid = d.objid
            and o.deptype <> 'n' and o.refclassid = 'pg_class'::regclass and o.refobjid in (select relid from part))
            and not (d.classid = 'pg_class'::regclass and d.objid in (select relid from part))
            and not (d.classid = 'pg_constraint'::regclass and exists (select from pg_constraint c where c.oid = d.objid and c.conparentid <> 0)) order by d.classid, d.objid limit 1""".formatted(oid));
        return found.isEmpty() ? null : found.get(0)[0];
    }

    /** Whose rows refer to rows of it by a foreign key, so that it cannot be let go; null when none do. */
    public @Nullable ObjectName referrer(Session session, ObjectName table) {
        for (@Nullable String[] key : session.query("""
            select n.nspname, c.relname, (select string_agg(format('p.%%I operator(%%I.%%s) r.%%I', there.attname, s.nspname, o.oprname, here.attname), ' and ')
            from unnest(k.conkey, k.confkey, k.conpfeqop) u (here, there, op) join pg_attribute here on here.attrelid = k.conrelid and here.attnum = u.here
            join pg_attribute there on there.attrelid = k.confrelid and there.attnum = u.there
            join pg_operator o on o.oid = u.op join pg_namespace s on s.oid = o.oprnamespace)
            from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
            where k.contype = 'f' and k.confrelid = %s::regclass and k.conparentid = 0 order by k.oid""".formatted(literal(table.quoted())))) {
            ObjectName referring = new ObjectName(String.valueOf(key[0]), String.valueOf(key[1]));
            if ("t"
                    .equals(session.query("select exists (select from " + name.quoted() + " p join "
                                    + referring.quoted() + " r on " + key[2] + ")")
                            .get(0)[0])) {
                return referring;
            }
        }
        return null;
    }

    /**
     * Makes it a table of its own, so that nobody waits; a detachment that was cut off is brought to its end. In no transaction.
     *
     * @param table that it is a partition of
     * @throws SqlFailure when a lock is not to be had within two seconds
     */
    public void detach(Session session, ObjectName table) {
        String alter = "alter table " + table.quoted() + " detach partition " + name.quoted();
        session.alone("set lock_timeout = '2s'");
        if (state == State.DETACHING) {
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

    private static List<Partition> read(Session session, String sql) {
        return session.query(sql).stream()
                .map(row -> new Partition(
                        Long.parseLong(String.valueOf(row[0])),
                        new ObjectName(String.valueOf(row[1]), String.valueOf(row[2])),
                        row[3] == null ? State.DETACHED : row[3].startsWith("t") ? State.DETACHING : State.ATTACHED))
                .toList();
    }
}
