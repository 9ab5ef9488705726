package dev.lockkeeper.forecast;

import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.Code;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How large the tables of a live database are. What its statistics say of the number of rows is brought up to the size of the file, as
 * the planner does it (manual 14.2.1, "Single-Column Statistics"); no row is read.
 *
 * @param tables by the names by which the server identifies them
 * @param roots the partitioned table of a partition, highest first of all, by name
 */
public record Sizes(Map<String, Size> tables, Map<String, String> roots) {
    public Sizes {
        tables = Map.copyOf(tables);
        roots = Map.copyOf(roots);
    }

    /** Reads those of some tables, and of the partitions with which they belong together. */
    public static Sizes of(Session session, Collection<String> names) {
        if (names.isEmpty()) {
            return new Sizes(Map.of(), Map.of());
        }
        try {
            return of(session.query("set local lock_timeout = '1s';"
                    + sql(names, "pg_catalog.pg_relation_size(t.oid)", "pg_catalog.pg_table_size(t.oid)")));
        } catch (SqlFailure e) {
            if (e.code() != Code.LOCK_NOT_AVAILABLE) {
                throw e;
            }
            // somebody has locked one of them: as large as it was when it was vacuumed or analyzed last
            String pages = "(t.relpages::bigint * current_setting('block_size')::bigint)";
            return of(session.query(sql(names, pages, pages)));
        }
    }

    private static String sql(Collection<String> names, String heap, String whole) {
        String list = new TreeSet<>(names).stream().map(n -> literal(n)).collect(Collectors.joining(", "));
        return "with t as materialized (select c.oid, c.relkind, c.reltuples, c.relpages, (pg_catalog.pg_identify_object("
                + "'pg_catalog.pg_class'::regclass, c.oid, 0)).identity as name, case when c.relispartition then"
                + " pg_catalog.pg_partition_root(c.oid)::oid end as root from pg_catalog.pg_class c where c.relkind in ('r',"
                + " 'p', 'm') and c.oid >= 16384 and c.relpersistence <> 't'), w as (select coalesce(t.root, t.oid) as top"
                + " from t where t.name in (" + list + "))"
                + " select t.name, r.name, t.relkind, t.reltuples, pg_catalog.pg_stat_get_live_tuples(t.oid), t.relpages,"
                + " case when t.relkind <> 'p' then " + heap + " else 0 end, case when t.relkind <> 'p' then " + whole
                + " else 0 end, (select count(*) from pg_catalog.pg_index x where x.indrelid = t.oid),"
                + " current_setting('block_size') from t left join t r on r.oid = t.root"
                + " where t.oid in (select top from w) or t.root in (select top from w)";
    }

    private static Sizes of(List<@Nullable String[]> rows) {
        Map<String, Size> tables = new HashMap<>();
        Map<String, String> roots = new HashMap<>();
        Map<String, Size> sums = new HashMap<>();
        for (@Nullable String[] row : rows) {
            String name = String.valueOf(row[0]);
            String root = row[1];
            if (root != null) {
                roots.put(name, root);
            }
            if (!"p".equals(row[2])) {
                Size size = size(row);
                tables.put(name, size);
                if (root != null) {
                    sums.merge(root, size, Size::plus);
                }
            } else if (root == null) {
                sums.merge(name, new Size(0d, 0, 0, (int) number(row, 8), 0), Size::plus);
            }
        }
        tables.putAll(sums);
        return new Sizes(tables, roots);
    }

    private static Size size(@Nullable String[] row) {
        double heap = number(row, 6);
        double analyzed = number(row, 3);
        double pages = number(row, 5);
        double live = number(row, 4);
        // -1: never vacuumed nor analyzed (manual 53.11, "reltuples")
        @Nullable
        Double rows = heap == 0
                ? Double.valueOf(0)
                : analyzed >= 0 && pages > 0
                        ? Double.valueOf(analyzed / pages * (heap / number(row, 9)))
                        : live > 0 ? Double.valueOf(live) : null;
        return new Size(rows, heap, number(row, 7), (int) number(row, 8), 1);
    }

    private static double number(@Nullable String[] row, int column) {
        return Double.parseDouble(String.valueOf(row[column]));
    }

    /** The size of one; empty when it is not there. */
    Optional<Size> find(String table) {
        return Optional.ofNullable(tables.get(table));
    }

    /** The highest partitioned table to which one belongs; itself when it is no partition. */
    String root(String table) {
        return roots.getOrDefault(table, table);
    }
}
