package dev.lockkeeper.observation;

import dev.lockkeeper.database.Session;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A second session of the same database: it sees what was there before a transaction that is not committed, and the locks
 * that the transaction holds.
 */
record Onlooker(Session session) {
    /**
     * Where the server stands.
     *
     * @param transaction when the transaction of the other session began; empty when it has none
     * @param floor no transaction before that one has a number so high
     */
    record Moment(String transaction, long floor) {}

    Moment moment(int pid) {
        @Nullable
        String[] row = session.query("select coalesce((select a.xact_start::text from pg_stat_activity a where a.pid = "
                        + pid + "), ''), pg_snapshot_xmax(pg_current_snapshot())::text::bigint & 4294967295")
                .get(0);
        return new Moment(text(row, 0), Long.parseLong(text(row, 1)));
    }

    /** The strongest lock on each relation of users that was there before, by its name. */
    Map<String, Lock> locks(int pid) {
        Map<String, Lock> locks = new TreeMap<>();
        session.query("select i.identity, l.mode, c.relkind from pg_locks l join pg_class c on c.oid = l.relation"
                        + " cross join lateral pg_identify_object('pg_class'::regclass, c.oid, 0) i"
                        + " where l.pid = " + pid + " and l.locktype = 'relation' and l.granted"
                        + " and l.database = (select oid from pg_database where datname = current_database())"
                        + " and c.oid >= " + CatalogChanges.FIRST_USER_OID + " and c.relkind <> 't'"
                        + " and c.relnamespace <> 'pg_toast'::regnamespace")
                .forEach(row -> LockMode.of(text(row, 1))
                        .map(mode -> new Lock(text(row, 0), text(row, 2).charAt(0), mode))
                        .ifPresent(lock -> locks.merge(
                                lock.relation(), lock, (a, b) -> a.mode().compareTo(b.mode()) > 0 ? a : b)));
        return locks;
    }

    /** What objects were called before; those that were not there are missing. */
    Map<ObjectKey, String> names(Collection<ObjectKey> keys) {
        Map<ObjectKey, String> names = new HashMap<>();
        if (keys.isEmpty()) {
            return names;
        }
        String values = keys.stream()
                .map(key -> "('" + key.catalog() + "', " + key.object() + "::oid, " + key.sub() + ")")
                .collect(Collectors.joining(", "));
        session.query("select o.c, o.o, o.s, i.identity from (values " + values
                        + ") o (c, o, s) cross join lateral pg_identify_object(o.c::regclass, o.o, o.s) i"
                        + " where i.identity is not null")
                .forEach(row -> names.put(ObjectKey.of(row), text(row, 3)));
        return names;
    }

    /** What the catalogs said of objects before. */
    Map<ObjectKey, Traits> traits(Collection<ObjectKey> keys) {
        Map<ObjectKey, Traits> traits = new HashMap<>();
        if (!keys.isEmpty()) {
            session.query(CatalogChanges.traits(keys))
                    .forEach(row -> traits.compute(
                            ObjectKey.of(row), (key, known) -> (known == null ? Traits.NONE : known).with(row[3])));
        }
        return traits;
    }

    /** The objects of users in some catalogs. */
    Map<String, Set<String>> objects(Collection<String> catalogs) {
        return catalogs.isEmpty() ? Map.of() : sets(session.query(CatalogChanges.objectsOf(catalogs)));
    }

    /** Type, name and number of objects that were there before and are told by themselves. */
    List<@Nullable String[]> named(String catalog, Collection<String> objects) {
        return session.query(CatalogChanges.named(catalog, String.join(",", objects)));
    }

    /** The relations of users as they were before. */
    Relations relations() {
        return Relations.of(session.query(Relations.ALL));
    }

    /** Some of them, by their object numbers. */
    Relations relations(Collection<String> objects) {
        return objects.isEmpty()
                ? Relations.NONE
                : Relations.of(session.query(
                        Relations.ALL + " and c.oid = any (array[" + String.join(",", objects) + "]::oid[])"));
    }

    /** Rows as those of {@link Counters#GIVEN}. */
    List<@Nullable String[]> counters() {
        return session.query(Counters.GIVEN);
    }

    static Map<String, Set<String>> sets(List<@Nullable String[]> rows) {
        return rows.stream()
                .collect(Collectors.toMap(
                        row -> text(row, 0),
                        row -> Stream.of(text(row, 1).split(" "))
                                .filter(object -> !object.isEmpty())
                                .collect(Collectors.toSet())));
    }

    static String text(@Nullable String[] row, int column) {
        return String.valueOf(row[column]);
    }
}
