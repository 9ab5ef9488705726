package dev.lockkeeper.apply;

import static dev.lockkeeper.apply.Resolution.EQ;
import static dev.lockkeeper.apply.Resolution.NE;
import static dev.lockkeeper.apply.Resolution.PATH;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.sql.IndexForm;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The indexes that are there now, found by OID. */
record Indexes(Session own) {
    private static final String COLUMNS = "select i.indexrelid, i.indrelid, c.relname, " + PATH
            + ", i.indisvalid and i.indisready and i.indislive,"
            + " coalesce(pg_catalog.pg_relation_filenode(c.oid), 0::pg_catalog.oid), i.indisunique, a.amname,"
            + " i.indnkeyatts, i.indnatts, i.indpred is not null, i.indnullsnotdistinct, c.relname"
            + Resolution.IS_COPY
            + " from pg_catalog.pg_index i join pg_catalog.pg_class c on c.oid" + EQ + "i.indexrelid"
            + " join pg_catalog.pg_namespace n on n.oid" + EQ + "c.relnamespace"
            + " join pg_catalog.pg_am a on a.oid" + EQ + "c.relam where ";

    /**
     * An index.
     *
     * @param path schema and name as SQL
     * @param usable whether it is valid, ready and alive: queries use it, writers keep it, and a unique one refuses rows
     * @param file its relfilenode
     * @param copy whether its name is that of a copy that REINDEX makes
     */
    record Index(
            long oid, long table, String name, String path, boolean usable, long file, IndexForm form, boolean copy) {}

    /** All indexes of the tables. */
    List<Index> of(Collection<Long> tables) {
        return tables.isEmpty() ? List.of() : find("i.indrelid" + EQ + any(tables));
    }

    /** The index of that OID on that table; null when there is none any more, whatever has got the OID since. */
    @Nullable
    Index at(long oid, long table) {
        List<Index> found =
                find("i.indexrelid" + EQ + oid + "::pg_catalog.oid and i.indrelid" + EQ + table + "::pg_catalog.oid");
        return found.isEmpty() ? null : found.get(0);
    }

    private List<Index> find(String which) {
        return own.query(COLUMNS + which + " order by i.indexrelid").stream()
                .map(row -> new Index(
                        number(row[0]),
                        number(row[1]),
                        String.valueOf(row[2]),
                        String.valueOf(row[3]),
                        yes(row[4]),
                        number(row[5]),
                        new IndexForm(
                                yes(row[6]),
                                String.valueOf(row[7]),
                                (int) number(row[8]),
                                (int) number(row[9]),
                                yes(row[10]),
                                yes(row[11])),
                        yes(row[12])))
                .toList();
    }

    /** Those of the relations that are there. */
    Set<Long> present(Collection<Long> relations) {
        return new HashSet<>(
                own.query("select c.oid from pg_catalog.pg_class c where c.oid" + EQ + any(relations)).stream()
                        .map(row -> number(row[0]))
                        .toList());
    }

    /**
     * The process ids of sessions that build indexes of the tables right now: an invalid index may be theirs. Both views show
     * this much to everybody.
     */
    List<String> builders(Collection<Long> tables) {
        return own
                .query("select distinct p.pid from pg_catalog.pg_stat_progress_create_index p"
                        + " join pg_catalog.pg_locks l on l.pid" + EQ + "p.pid where p.pid" + NE
                        + "pg_catalog.pg_backend_pid() and l.granted and l.relation" + EQ + any(tables))
                .stream()
                .map(row -> String.valueOf(row[0]))
                .toList();
    }

    private static String any(Collection<Long> oids) {
        return "any ('{" + oids.stream().map(String::valueOf).collect(Collectors.joining(","))
                + "}'::pg_catalog.oid[])";
    }

    static long number(@Nullable String value) {
        return Long.parseLong(String.valueOf(value));
    }

    static boolean yes(@Nullable String value) {
        return "t".equals(value);
    }
}
