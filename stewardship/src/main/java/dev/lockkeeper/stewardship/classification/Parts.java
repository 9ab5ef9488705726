package dev.lockkeeper.stewardship.classification;

import dev.lockkeeper.catalog.model.ColumnName;
import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.database.Session;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What single partitions have and the whole has not: foreign keys from and to them, and columns for which each partition has an index of
 * its own. A model tells of the whole alone.
 *
 * @param keys in the order of their OIDs
 * @param indexed columns of the whole with which an index of each of its partitions begins
 */
public record Parts(List<Key> keys, Set<ColumnName> indexed) {
    // a key that follows from one of the whole has that as its parent (catalogs.sgml, "pg_constraint")
    private static final String KEYS = """
        select k.oid::text, k.conname, wn.nspname, w.relname, rn.nspname, r.relname, tn.nspname, t.relname,
        case when t.oid <> p.oid then p.oid::text end, a.attname, b.attname, k.confdeltype::text,
        coalesce(pg_catalog.to_jsonb(k) ->> 'conenforced', 'true')
        from pg_catalog.pg_constraint k
        join pg_catalog.pg_class r on r.oid = k.conrelid join pg_catalog.pg_namespace rn on rn.oid = r.relnamespace
        join pg_catalog.pg_class w on w.oid = coalesce(pg_catalog.pg_partition_root(r.oid), r.oid)
        join pg_catalog.pg_namespace wn on wn.oid = w.relnamespace
        join pg_catalog.pg_class p on p.oid = k.confrelid
        join pg_catalog.pg_class t on t.oid = coalesce(pg_catalog.pg_partition_root(p.oid), p.oid)
        join pg_catalog.pg_namespace tn on tn.oid = t.relnamespace
        cross join lateral unnest(k.conkey, k.confkey) with ordinality u (own, other, n)
        join pg_catalog.pg_attribute a on a.attrelid = r.oid and a.attnum = u.own
        join pg_catalog.pg_attribute b on b.attrelid = p.oid and b.attnum = u.other
        where k.contype = 'f' and k.conparentid = 0 and (r.relispartition or p.relispartition) order by k.oid, u.n""";

    private static final String INDEXED = """
        select n.nspname, w.relname, a.attname from pg_catalog.pg_class w
        join pg_catalog.pg_namespace n on n.oid = w.relnamespace
        join pg_catalog.pg_attribute a on a.attrelid = w.oid and a.attnum > 0 and not a.attisdropped
        where w.relkind = 'p' and not w.relispartition
        and exists (select from pg_catalog.pg_partition_tree(w.oid) l where l.isleaf)
        and not exists (select from pg_catalog.pg_partition_tree(w.oid) l where l.isleaf and not exists (
        select from pg_catalog.pg_index i
        join pg_catalog.pg_attribute o on o.attrelid = l.relid and o.attname = a.attname and o.attnum = i.indkey[0]
        where i.indrelid = l.relid and i.indisvalid and i.indpred is null))""";

    public Parts {
        keys = List.copyOf(keys);
        indexed = Set.copyOf(indexed);
    }

    /**
     * A foreign key of which one side, or both, is a single partition.
     *
     * @param whole the table whose rows refer by it, or of which that is a part
     * @param rows the table or partition that has the key
     * @param target the table to whose rows it refers, or of which that is a part
     * @param part the OID of the partition to which it refers; null for the whole
     * @param onDelete as of {@link dev.lockkeeper.catalog.model.ForeignKey}
     * @param enforced whether rows are held to it at all (PostgreSQL 18)
     */
    public record Key(
            String name,
            ObjectName whole,
            ObjectName rows,
            List<String> columns,
            ObjectName target,
            @Nullable String part,
            List<String> targetColumns,
            String onDelete,
            boolean enforced) {
        public Key {
            columns = List.copyOf(columns);
            targetColumns = List.copyOf(targetColumns);
        }
    }

    /** Of a database without partitions. */
    public static Parts none() {
        return new Parts(List.of(), Set.of());
    }

    /** Reads it from the catalogs. */
    public static Parts read(Session session) {
        Set<ColumnName> indexed = new HashSet<>();
        for (@Nullable String[] row : session.query(INDEXED)) {
            indexed.add(new ColumnName(name(row, 0), String.valueOf(row[2])));
        }
        return new Parts(withoutIndexes(session).keys(), indexed);
    }

    /** The same without indexes, of which a database at work may have many thousands. */
    public static Parts withoutIndexes(Session session) {
        Map<String, List<@Nullable String[]>> byKey = new LinkedHashMap<>();
        for (@Nullable String[] row : session.query(KEYS)) {
            byKey.computeIfAbsent(String.valueOf(row[0]), oid -> new ArrayList<>())
                    .add(row);
        }
        return new Parts(byKey.values().stream().map(Parts::key).toList(), Set.of());
    }

    private static Key key(List<@Nullable String[]> columns) {
        @Nullable String[] row = columns.get(0);
        return new Key(
                String.valueOf(row[1]),
                name(row, 2),
                name(row, 4),
                columns.stream().map(one -> String.valueOf(one[9])).toList(),
                name(row, 6),
                row[8],
                columns.stream().map(one -> String.valueOf(one[10])).toList(),
                switch (String.valueOf(row[11])) {
                    case "c" -> "CASCADE";
                    case "n" -> "SET NULL";
                    case "d" -> "SET DEFAULT";
                    case "r" -> "RESTRICT";
                    default -> "NO ACTION";
                },
                "true".equals(row[12]));
    }

    private static ObjectName name(@Nullable String[] row, int at) {
        return new ObjectName(String.valueOf(row[at]), String.valueOf(row[at + 1]));
    }
}
