package dev.lockkeeper.stewardship.classification;

import dev.lockkeeper.catalog.model.ColumnName;
import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.database.Session;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which column of a view passes on which column as it is, and of which column of the whole each of a partition is a part. The server keeps that with the parsed query of the view, as the origin of
 * each entry of its target list (primnodes.h, TargetEntry).
 *
 * @param open columns of partitions that PUBLIC may read
 */
public record Lineage(Map<ColumnName, ColumnName> origins, Set<ColumnName> open) {
    private static final String COLUMNS = """
        select c.oid::text, a.attnum::text, n.nspname, c.relname, a.attname from pg_catalog.pg_attribute a
        join pg_catalog.pg_class c on c.oid = a.attrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p', 'v', 'm', 'f')
        and not starts_with(n.nspname, 'pg_') and n.nspname <> 'information_schema'""";

    private static final String VIEWS = """
        select c.oid::text, r.ev_action::text from pg_catalog.pg_rewrite r join pg_catalog.pg_class c on c.oid = r.ev_class
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where r.ev_type = '1' and r.is_instead and c.relkind in ('v', 'm')
        and not starts_with(n.nspname, 'pg_') and n.nspname <> 'information_schema'""";

    private static final String PARTITIONS = """
        select n.nspname, c.relname, a.attname, rn.nspname, r.relname, (exists (select from pg_catalog.aclexplode(c.relacl) x
        where x.grantee = 0 and x.privilege_type = 'SELECT') or exists (select from pg_catalog.aclexplode(a.attacl) x
        where x.grantee = 0 and x.privilege_type = 'SELECT')) from pg_catalog.pg_attribute a
        join pg_catalog.pg_class c on c.oid = a.attrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        join pg_catalog.pg_class r on r.oid = pg_catalog.pg_partition_root(c.oid)
        join pg_catalog.pg_namespace rn on rn.oid = r.relnamespace
        where c.relispartition and c.relkind in ('r', 'p', 'f') and a.attnum > 0 and not a.attisdropped""";

    public Lineage {
        origins = Map.copyOf(origins);
        open = Set.copyOf(open);
    }

    /** A database without views. */
    public static Lineage none() {
        return new Lineage(Map.of(), Set.of());
    }

    /** Reads it from the catalogs. */
    public static Lineage read(Session session) {
        Map<String, ColumnName> columns = new HashMap<>();
        for (@Nullable String[] row : session.query(COLUMNS)) {
            columns.put(
                    row[0] + " " + row[1],
                    new ColumnName(
                            new ObjectName(String.valueOf(row[2]), String.valueOf(row[3])), String.valueOf(row[4])));
        }
        Map<ColumnName, ColumnName> origins = new HashMap<>();
        for (@Nullable String[] row : session.query(VIEWS)) {
            for (TargetList.Entry entry : TargetList.of(String.valueOf(row[1]))) {
                ColumnName column = columns.get(row[0] + " " + entry.number());
                ColumnName origin = columns.get(entry.table() + " " + entry.column());
                if (column != null && origin != null) {
                    origins.put(column, origin);
                }
            }
        }
        Set<ColumnName> open = new HashSet<>();
        for (@Nullable String[] row : session.query(PARTITIONS)) {
            String name = String.valueOf(row[2]);
            ColumnName part = new ColumnName(new ObjectName(String.valueOf(row[0]), String.valueOf(row[1])), name);
            origins.put(part, new ColumnName(new ObjectName(String.valueOf(row[3]), String.valueOf(row[4])), name));
            if ("t".equals(row[5])) {
                open.add(part);
            }
        }
        return new Lineage(origins, open);
    }

    /** The column that a column of a view passes on, or of which one of a partition is a part; empty for one that is computed. */
    public Optional<ColumnName> origin(ColumnName column) {
        return Optional.ofNullable(origins.get(column));
    }
}
