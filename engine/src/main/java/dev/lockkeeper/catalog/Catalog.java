package dev.lockkeeper.catalog;

import dev.lockkeeper.database.Session;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads and compares the schemas of databases of one server. Holds no session. Thread-safe.
 *
 * <p>Left out: rows, sequence values, statistics, roles, and everything else that the databases of a server share.
 */
public final class Catalog {
    /** Names are qualified only when the search path is empty. */
    private static final String QUALIFIED = "set search_path = '';";

    private final CatalogQueries queries;
    private final long base;
    private final JsonFactory json = new JsonFactory();

    private Catalog(CatalogQueries queries, long base) {
        this.queries = queries;
        this.base = base;
    }

    /** The catalog of a server; objects of initdb that are changed from now on are noticed. */
    public static Catalog of(Session session) {
        CatalogQueries queries = CatalogQueries.of(session);
        String xid = session.query("select pg_current_xact_id()::text::bigint & 4294967295")
                .get(0)[0];
        return new Catalog(queries, Long.parseLong(String.valueOf(xid)));
    }

    /** The fingerprint of the session's database. */
    public Fingerprint fingerprint(Session session) {
        Map<String, String> digests = new HashMap<>();
        session.query(QUALIFIED + queries.digestSql(base))
                .forEach(r -> digests.put(String.valueOf(r[0]), String.valueOf(r[1])));
        return new Fingerprint(digests);
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
        return new Excerpt(queries.lists(), rows(session, queries.lists(), 0));
    }

    /** What a kept state and the session's database have apart, as far as the kept state goes. */
    public Comparison compare(Excerpt before, Session after) {
        return before.lists().isEmpty()
                ? Comparison.same()
                : Comparison.of(before.rows(), rows(after, before.lists(), 0));
    }

    /** What is said about the database itself; no copy of a database takes it along. */
    public DatabaseFacts facts(Session session) {
        List<Row> rows = new ArrayList<>();
        for (@Nullable String[] r : session.query(QUALIFIED + DatabaseFacts.SQL)) {
            rows.add(new Row(
                    "database",
                    String.valueOf(r[0]),
                    String.valueOf(r[1]),
                    "",
                    false,
                    Map.of("definition", String.valueOf(r[2]))));
        }
        return new DatabaseFacts(rows);
    }

    private List<Row> rows(Session session, Collection<String> lists, long since) {
        List<Row> rows = new ArrayList<>();
        for (@Nullable String[] r : session.query(QUALIFIED + queries.rowsSql(lists, since))) {
            rows.add(new Row(
                    String.valueOf(r[0]),
                    String.valueOf(r[1]),
                    String.valueOf(r[2]),
                    r[3] == null ? "" : String.valueOf(r[3]),
                    "t".equals(r[4]),
                    fields(String.valueOf(r[5]))));
        }
        return rows;
    }

    /** A flat JSON object of texts. */
    private Map<String, String> fields(String content) {
        Map<String, String> fields = new HashMap<>();
        try (JsonParser parser = json.createParser(ObjectReadContext.empty(), content)) {
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
