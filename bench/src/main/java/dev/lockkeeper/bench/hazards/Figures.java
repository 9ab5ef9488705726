package dev.lockkeeper.bench.hazards;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What the server counts in one transaction.
 *
 * @param relations by name; what does not exist is missing
 * @param changed rows inserted, updated and deleted in all tables
 */
record Figures(Map<String, Figure> relations, long changed) {
    /**
     * @param file the number of its file; 0 when it has none
     * @param scans how often it was read from end to end
     * @param changed rows updated and deleted
     * @param rows how many there are
     */
    private record Figure(long file, long scans, long changed, long rows) {}

    private static final Figure NONE = new Figure(0, 0, 0, Long.MAX_VALUE);

    static Figures of(Connection connection, List<String> names) throws SQLException {
        Map<String, Figure> relations = new HashMap<>();
        try (Statement statement = connection.createStatement()) {
            for (String name : names) {
                try (ResultSet rows = statement.executeQuery("select coalesce(pg_relation_filenode(c.oid), 0),"
                        + " coalesce(s.seq_scan, 0), coalesce(s.n_tup_upd + s.n_tup_del, 0), c.relkind in ('r', 'p')"
                        + " from pg_class c left join pg_stat_xact_all_tables s on s.relid = c.oid"
                        + " where c.oid = to_regclass('" + name + "')")) {
                    if (rows.next()) {
                        relations.put(name, new Figure(rows.getLong(1), rows.getLong(2), rows.getLong(3), 300));
                    }
                }
            }
            try (ResultSet rows = statement.executeQuery("select coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)"
                    + " from pg_stat_xact_all_tables where schemaname !~ '^pg_'")) {
                rows.next();
                return new Figures(relations, rows.getLong(1));
            }
        }
    }

    /** What tells one transaction from another. */
    static String transaction(Connection connection) throws SQLException {
        return Objects.requireNonNull(Queries.text(connection, "select pg_current_xact_id()"));
    }

    private Figure of(String name) {
        return relations.getOrDefault(name, NONE);
    }

    long scans(String name) {
        return of(name).scans();
    }

    long changed(String name) {
        return of(name).changed();
    }

    /** How many rows it has; every table of the shop that cases change as a whole has as many. */
    long rows(String name) {
        return of(name).rows();
    }

    boolean hasOtherFile(Figures before, String name) {
        return relations.containsKey(name)
                && before.relations.containsKey(name)
                && of(name).file() != before.of(name).file();
    }
}
