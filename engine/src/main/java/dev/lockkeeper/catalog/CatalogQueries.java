package dev.lockkeeper.catalog;

import dev.lockkeeper.catalog.Columns.Reference;
import dev.lockkeeper.database.Session;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The queries that read a server's catalogs, made from what the server says about its own catalogs, so that a catalog
 * or column of a future version is not overlooked (manual 9.26, pg_get_catalog_foreign_keys). Immutable; serves every
 * database of a server of the same version.
 */
final class CatalogQueries {
    /** Left out: contents and statistics, and what is read in another way. */
    static final Set<String> EXCLUDED = Set.of(
            "pg_statistic",
            "pg_statistic_ext_data",
            "pg_largeobject",
            "pg_largeobject_metadata",
            "pg_depend",
            "pg_shdepend",
            "pg_subscription_rel",
            "pg_db_role_setting");

    private final Map<String, Source> local;
    private final Map<String, Source> shared;

    private CatalogQueries(Map<String, Source> local, Map<String, Source> shared) {
        this.local = local;
        this.shared = shared;
    }

    /**
     * Asks a server how its catalogs are built.
     *
     * @param throwAway a regular expression for the names of databases that come and go
     */
    static CatalogQueries of(Session session, String throwAway) {
        Layout layout = Layout.of(session);
        Map<String, List<String>> fields = new TreeMap<>();
        Map<String, List<String>> sharedFields = new TreeMap<>();
        layout.columns().forEach((catalog, columns) -> {
            if (!EXCLUDED.contains(catalog)) {
                boolean ofServer = SharedLists.CATALOGS.contains(catalog);
                (ofServer ? sharedFields : fields).put(catalog, fields(catalog, columns, layout.references()));
            }
        });
        Map<String, Source> local = new TreeMap<>();
        fields.forEach((catalog, list) -> local.put(catalog, namespaced(catalog, list, layout.references())));
        Lists.all().forEach(list -> local.put(list.name(), list));
        return new CatalogQueries(local, SharedLists.all(sharedFields, throwAway));
    }

    /** Name and SQL, in turn, of what counts of a catalog. */
    static List<String> fields(String catalog, List<Layout.Column> columns, List<Reference> references) {
        List<String> fields = new ArrayList<>();
        columns.forEach(column -> Columns.expression(catalog, column.name(), column.type(), references)
                .ifPresent(sql -> fields.addAll(List.of(column.name(), sql))));
        return fields;
    }

    /** An object falls with its schema, which pg_depend knows only as one need among others. */
    static Source namespaced(String catalog, List<String> fields, List<Reference> references) {
        Source source = Source.local(catalog, fields);
        Shape shape = source.shape();
        for (Reference r : references) {
            if (r.catalog().equals(catalog) && r.to().equals("pg_namespace") && !r.array()) {
                shape = shape.in("'pg_namespace ' || nullif(t." + r.columns().get(0) + ", 0)::regnamespace::text");
            }
        }
        return new Source(catalog, source.from(), source.counted(), source.system(), shape, source.fields());
    }

    /**
     * One row a list: its name and a digest of its rows. Rows that initdb made and nobody touched only count.
     *
     * @param base a transaction id from before anything was done
     */
    String digestSql(long base) {
        return Stream.concat(local.values().stream(), shared.values().stream())
                .map(source -> source.digest(base))
                .collect(Collectors.joining("\nunion all\n"));
    }

    /** The same for the lists that the databases of a server share. */
    String sharedDigestSql() {
        return shared.values().stream().map(source -> source.digest(0)).collect(Collectors.joining("\nunion all\n"));
    }

    /**
     * The rows of some lists.
     *
     * @param base as in {@link #digestSql}; 0 for the rows that initdb made as well
     */
    String rowsSql(Collection<String> lists, long base) {
        return lists.stream()
                .map(list -> Objects.requireNonNull(local.getOrDefault(list, shared.get(list)), list)
                        .rows(base))
                .collect(Collectors.joining("\nunion all\n"));
    }

    /** The names of the lists that belong to a database. */
    Set<String> local() {
        return local.keySet();
    }

    /** The names of the lists that databases share. */
    Set<String> shared() {
        return shared.keySet();
    }
}
