package dev.lockkeeper.catalog;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.problem.ServerError;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a database is made of, so that it can be compared with one of another server of the same major version: nothing
 * of it depends on OIDs, on what initdb made, on settings, or on what its server shares with other databases. Changes nothing,
 * and needs no right beyond connecting, unless the database has user mappings.
 */
public final class Stocktaking {
    private static final String MAPPINGS = "pg_user_mapping";

    /** In which most rows of most databases are: about half of the work. */
    private static final Set<String> WIDE = Set.of("pg_attribute", "pg_attrdef", "pg_index");

    private final StockQueries queries;
    private final Set<String> lists;
    private final long seed;

    private Stocktaking(StockQueries queries, Set<String> lists, long seed) {
        this.queries = queries;
        this.lists = lists;
        this.seed = seed;
    }

    /**
     * Asks a server how its catalogs are built.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code catalog-hidden} when the user may not read them
     */
    public static Stocktaking of(Session session) {
        return reading(() -> {
            StockQueries queries = StockQueries.of(session);
            Set<String> lists = new TreeSet<>(queries.lists());
            lists.remove(Lists.COLUMN_ORDER);
            if (mappingsHidden(session)) {
                lists.remove(MAPPINGS);
            }
            return new Stocktaking(queries, lists, 0);
        });
    }

    /**
     * The same with other digests.
     *
     * @param other chosen by chance for one comparison, so that nobody can prepare two states with the same digest
     */
    public Stocktaking seeded(long other) {
        return new Stocktaking(queries, lists, other);
    }

    /** Superusers alone may read the catalog; a view tells everybody whether there are any. */
    private static boolean mappingsHidden(Session session) {
        @Nullable
        String[] row = session.query("select has_table_privilege('pg_catalog.pg_user_mapping', 'select'),"
                        + " exists (select from pg_catalog.pg_user_mappings)")
                .get(0);
        boolean hidden = !"t".equals(row[0]);
        if (hidden && "t".equals(row[1])) {
            throw hidden("pg_user_mapping", null)
                    .note("the database has user mappings, whose options this user may not see")
                    .asException();
        }
        return hidden;
    }

    /** A text that is another one whenever facts are read in another way. */
    public String form() {
        Map<String, Set<String>> all = new TreeMap<>();
        lists.forEach(list -> all.put(list, Set.of("")));
        return queries.digestSql(lists, 0) + queries.rowsSql(all) + BesideQueries.sql(Set.of());
    }

    /** The digests of the session's database. */
    public Inventory inventory(Session session) {
        return new Inventory(digests(session, lists));
    }

    /**
     * The same, half of it read by each of two sessions of one database at a time. What is changed between the two is told apart by
     * the digest of one list or another, as if it had been changed a moment earlier or later.
     */
    Inventory inventory(Session session, Session another) {
        Set<String> wide = new TreeSet<>(lists);
        wide.retainAll(WIDE);
        Set<String> others = new TreeSet<>(lists);
        others.removeAll(wide);
        FutureTask<Map<Inventory.Key, String>> beside = new FutureTask<>(() -> digests(another, wide));
        Thread thread = new Thread(beside, "lockkeeper stocktaking");
        thread.setDaemon(true);
        thread.start();
        Map<Inventory.Key, String> digests = new HashMap<>(digests(session, others));
        try {
            digests.putAll(beside.get());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problem.of(Code.INTERRUPTED, "interrupted while the catalogs were read")
                    .asException(e);
        }
        return new Inventory(digests);
    }

    private Map<Inventory.Key, String> digests(Session session, Set<String> some) {
        Map<Inventory.Key, String> digests = new HashMap<>();
        reading(() -> session.query(queries.digestSql(some, seed)))
                .forEach(r -> digests.put(new Inventory.Key(text(r[0]), text(r[1])), text(r[2])));
        return digests;
    }

    /** The facts of some lists in some schemas. */
    List<Placed> rows(Session session, Map<String, Set<String>> chosen) {
        Map<String, Set<String>> readable = new HashMap<>(chosen);
        if (!lists.contains(MAPPINGS)) {
            readable.remove(MAPPINGS);
        }
        return readable.isEmpty() ? List.of() : placed(session, queries.rowsSql(readable));
    }

    /** All facts. */
    List<Placed> rows(Session session, Collection<String> schemas) {
        Map<String, Set<String>> all = new HashMap<>();
        Set<String> named = Set.copyOf(schemas);
        lists.forEach(list -> all.put(list, named));
        all.put(Lists.COLUMN_ORDER, named);
        return rows(session, all);
    }

    /**
     * What is kept beside the database and yet belongs to it or to the roles that a history has made.
     *
     * @param roles their names
     */
    List<Placed> beside(Session session, Set<String> roles) {
        return placed(session, BesideQueries.sql(roles));
    }

    private static List<Placed> placed(Session session, String sql) {
        List<Placed> rows = new ArrayList<>();
        for (@Nullable String[] r : reading(() -> session.query(sql))) {
            rows.add(new Placed(text(r[7]), Catalog.row(r)));
        }
        return rows;
    }

    /** The names of all roles. */
    static Set<String> roles(Session session) {
        return session.query("select rolname from pg_catalog.pg_roles where rolname !~ '^pg_'").stream()
                .map(r -> text(r[0]))
                .collect(Collectors.toSet());
    }

    private static String text(@Nullable String value) {
        return String.valueOf(value);
    }

    private interface Reader<T> {
        T read();
    }

    /** What cannot be read is no sign that it is not there. */
    private static <T> T reading(Reader<T> reader) {
        try {
            return reader.read();
        } catch (SqlFailure e) {
            if (e.error().sqlState().equals("42501")) {
                throw hidden(e.error().message(), e.error()).asException(e);
            }
            throw e.problem("the system catalogs could not be read")
                    .because(
                            e.error().sqlState().startsWith("XX")
                                            || e.error().sqlState().startsWith("42")
                                    ? "somebody may have dropped an object while it was read"
                                    : null)
                    .help("run the same command again")
                    .asException(e);
        }
    }

    private static Problem hidden(String what, @Nullable ServerError error) {
        return Problem.of(Code.CATALOG_HIDDEN, "this user may not read a system catalog: " + what)
                .from(error)
                .because("what cannot be read is not taken for unchanged")
                .help("use a role that may read it, or grant select on it to this one");
    }
}
