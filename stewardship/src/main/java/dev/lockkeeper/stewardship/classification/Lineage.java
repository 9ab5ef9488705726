package dev.lockkeeper.stewardship.classification;

import dev.lockkeeper.catalog.model.ColumnName;
import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.database.Session;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which column of a view passes on which column as it is. The server keeps that with the parsed query of the view, as the origin of
 * each entry of its target list (primnodes.h, TargetEntry).
 */
public record Lineage(Map<ColumnName, ColumnName> origins) {
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

    public Lineage {
        origins = Map.copyOf(origins);
    }

    /** A database without views. */
    public static Lineage none() {
        return new Lineage(Map.of());
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
        return new Lineage(origins);
    }

    /** The column that a column of a view passes on; empty for one that is computed. */
    public Optional<ColumnName> origin(ColumnName column) {
        return Optional.ofNullable(origins.get(column));
    }
}
