package dev.lockkeeper.catalog;

import dev.lockkeeper.database.Session;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads and compares the schemas of databases of one server, and what is around them. Holds no session. Thread-safe.
 *
 * <p>Left out: rows, sequence values, statistics. Passwords count as set or not set, and as changed while the role is the
 * same one. Nothing of what is read depends on the settings of a session, a role or a database.
 */
public final class Catalog {
    private static final String TRANSACTIONS = "transactions";

    private static final String NEXT =
            "\nunion all\nselect '" + TRANSACTIONS + "', pg_snapshot_xmax(pg_current_snapshot())::text";

    private static final JsonFactory JSON = new JsonFactory();

    private final CatalogQueries queries;
    private final long base;

    private Catalog(CatalogQueries queries, long base) {
        this.queries = queries;
        this.base = base;
    }

    /**
     * The catalog of a server; objects of initdb that are changed from now on are noticed.
     *
     * @param throwAway a regular expression for the names of databases that come and go and are nobody's
     */
    public static Catalog of(Session session, String throwAway) {
        CatalogQueries queries = CatalogQueries.of(session, throwAway);
        String xid = session.query(Reading.SETTINGS + "select pg_current_xact_id()::text::bigint & 4294967295")
                .get(0)[0];
        return new Catalog(queries, Long.parseLong(String.valueOf(xid)));
    }

    /** The fingerprint of the session's database. */
    public Fingerprint fingerprint(Session session) {
        Map<String, String> digests = digests(session, queries.digestSql(base));
        Moment moment = moment(digests);
        digests.keySet().removeAll(queries.shared());
        digests.remove(TRANSACTIONS);
        return new Fingerprint(digests, moment);
    }

    /** Where the server stands, for much less than a fingerprint. */
    public Moment moment(Session session) {
        return moment(digests(session, queries.sharedDigestSql()));
    }

    private Moment moment(Map<String, String> digests) {
        Map<String, String> shared = new TreeMap<>(digests);
        shared.keySet().retainAll(queries.shared());
        return new Moment(shared.toString(), Long.parseLong(String.valueOf(digests.get(TRANSACTIONS))));
    }

    private static Map<String, String> digests(Session session, String sql) {
        Map<String, String> digests = new HashMap<>();
        session.query(Reading.SETTINGS + sql + NEXT)
                .forEach(r -> digests.put(String.valueOf(r[0]), String.valueOf(r[1])));
        return digests;
    }

    /** What two databases have apart; reads only the catalogs whose digests differ. */
    public Comparison compare(Session before, Fingerprint was, Session after, Fingerprint is) {
        Set<String> unequal = was.unequal(is);
        if (unequal.isEmpty()) {
            return Comparison.same();
        }
        List<Row> old = rows(before, unequal, base);
        List<Row> now = rows(after, unequal, base);
        if (Comparison.touchesSystem(old, now)) {
            old = rows(before, unequal, 0);
            now = rows(after, unequal, 0);
        }
        return Comparison.of(old, now);
    }

    /** Keeps what the session's database has in the catalogs in which two fingerprints differ. */
    public Excerpt excerpt(Session session, Fingerprint one, Fingerprint other) {
        Set<String> unequal = one.unequal(other);
        return new Excerpt(unequal, unequal.isEmpty() ? List.of() : rows(session, unequal, 0));
    }

    /** Keeps everything that the session's database is made of. */
    public Excerpt excerpt(Session session) {
        return new Excerpt(queries.local(), rows(session, queries.local(), 0));
    }

    /** What a kept state and the session's database have apart, as far as the kept state goes. */
    public Comparison compare(Excerpt before, Session after) {
        return before.lists().isEmpty()
                ? Comparison.same()
                : Comparison.of(before.rows(), rows(after, before.lists(), 0));
    }

    /** What the session's database and a later state that was kept have apart, as far as that goes. */
    public Comparison compare(Session before, Excerpt after) {
        return after.lists().isEmpty()
                ? Comparison.same()
                : Comparison.of(rows(before, after.lists(), 0), after.rows());
    }

    /** The same where the fingerprints of both states are known: only the catalogs whose digests differ are read. */
    public Comparison compare(Excerpt before, Fingerprint was, Session after, Fingerprint is) {
        Set<String> unequal = was.unequal(is);
        unequal.retainAll(before.lists());
        return unequal.isEmpty() ? Comparison.same() : Comparison.of(before.rows(unequal), rows(after, unequal, 0));
    }

    /** What no copy of the session's database takes along. */
    public Surroundings surroundings(Session session) {
        return new Surroundings(rows(session, queries.shared(), 0));
    }

    private List<Row> rows(Session session, Collection<String> lists, long since) {
        return session.query(Reading.SETTINGS + queries.rowsSql(lists, since)).stream()
                .map(Catalog::row)
                .toList();
    }

    /** A fact as {@link Source#rows} gives it. */
    static Row row(@Nullable String[] r) {
        String parents = String.valueOf(r[4]);
        return new Row(
                String.valueOf(r[0]),
                String.valueOf(r[1]),
                String.valueOf(r[2]),
                String.valueOf(r[3]),
                parents.isEmpty() ? List.of() : Arrays.asList(parents.split(String.valueOf(Names.SEPARATOR))),
                "t".equals(r[5]),
                fields(String.valueOf(r[6])));
    }

    /** A flat JSON object of texts. */
    private static Map<String, String> fields(String content) {
        Map<String, String> fields = new HashMap<>();
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), content)) {
            String name = "";
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.PROPERTY_NAME) {
                    name = parser.currentName();
                } else if (token.isScalarValue() && token != JsonToken.VALUE_NULL) {
                    fields.put(name, parser.getString());
                }
            }
        }
        return fields;
    }
}
