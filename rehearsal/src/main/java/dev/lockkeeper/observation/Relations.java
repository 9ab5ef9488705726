package dev.lockkeeper.observation;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Relations of users and their files, by object number. */
record Relations(Map<String, Relation> byObject) {
    static final Relations NONE = new Relations(Map.of());

    /** All of them as others see them, who would wait for their size. */
    static final String ALL = sql("case when c.relpages > 0 or pg_stat_get_live_tuples(c.oid) > 0 then 1 else 0 end");

    /** Those whose row was written by a transaction of this number or a later one. */
    static String since(long floor) {
        return sql("coalesce(pg_relation_size(c.oid), 0)") + " and c.xmin::text::bigint >= " + floor;
    }

    private static String sql(String size) {
        return "select c.oid, i.identity, pg_relation_filenode(c.oid), c.relkind, " + size
                + ", coalesce((select x.indrelid from pg_index x where x.indexrelid = c.oid), 0)"
                + " from pg_class c cross join lateral pg_identify_object('pg_class'::regclass, c.oid, 0) i"
                + " where c.oid >= " + CatalogChanges.FIRST_USER_OID
                + " and c.relkind <> 't' and c.relnamespace <> 'pg_toast'::regnamespace";
    }

    /**
     * One of them.
     *
     * @param file empty for one that has none
     * @param size 0 when it holds nothing
     * @param table the table of an index; 0 for another relation
     */
    record Relation(String name, String file, char kind, long size, String table) {
        /** That it was there and is not any more. */
        Effect dropped() {
            return new Effect(
                    Effect.Change.DROPPED,
                    kind == 'i' || kind == 'I' ? "index" : "table",
                    name,
                    null,
                    true,
                    Traits.NONE,
                    Traits.NONE);
        }
    }

    static Relations of(List<@Nullable String[]> rows) {
        return new Relations(rows.stream()
                .collect(Collectors.toUnmodifiableMap(
                        row -> Onlooker.text(row, 0),
                        row -> new Relation(
                                Onlooker.text(row, 1),
                                row[2] == null ? "" : Onlooker.text(row, 2),
                                Onlooker.text(row, 3).charAt(0),
                                Long.parseLong(Onlooker.text(row, 4)),
                                Onlooker.text(row, 5)))));
    }

    /** These, and those where they differ. */
    Relations with(Relations newer) {
        Map<String, Relation> all = new HashMap<>(byObject);
        all.putAll(newer.byObject);
        return new Relations(Map.copyOf(all));
    }

    /** The object numbers of these and of their tables, but for those that others have. */
    Set<String> without(Collection<String> others) {
        return byObject.entrySet().stream()
                .flatMap(e -> List.of(e.getKey(), e.getValue().table()).stream())
                .filter(object -> !object.equals("0") && !others.contains(object))
                .collect(Collectors.toSet());
    }

    /** One by its object number; null when it is not known. */
    @Nullable
    Relation find(String object) {
        return byObject.get(object);
    }

    /** The table of an index that has this name. */
    Optional<Relation> tableOf(String index) {
        return byObject.values().stream()
                .filter(one -> one.name().equals(index))
                .flatMap(one -> Optional.ofNullable(byObject.get(one.table())).stream())
                .findFirst();
    }

    /**
     * Those of the newer ones that have another file now.
     *
     * @param truncated whether the statement says so
     */
    List<Rewrite> rewrites(Relations newer, boolean truncated) {
        List<Rewrite> rewrites = new ArrayList<>();
        newer.byObject.forEach((object, one) -> {
            Relation known = byObject.get(object);
            // a sequence is one page
            if (known != null
                    && one.kind() != 'S'
                    && !known.file().isEmpty()
                    && !known.file().equals(one.file())) {
                String table = one.table().equals("0") ? object : one.table();
                Relation was = byObject.get(table);
                Relation is = newer.byObject.get(table);
                boolean emptied = is != null && is.size() == 0 && (truncated || (was != null && was.size() > 0));
                rewrites.add(new Rewrite(one.name(), one.kind(), emptied));
            }
        });
        rewrites.sort(Comparator.comparing(Rewrite::relation));
        return rewrites;
    }
}
