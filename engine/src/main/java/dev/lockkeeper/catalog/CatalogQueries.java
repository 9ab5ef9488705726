package dev.lockkeeper.catalog;

import dev.lockkeeper.catalog.Columns.Reference;
import dev.lockkeeper.database.Session;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The queries that read a server's catalogs, made from what the server says about its own catalogs, so that a catalog
 * or column of a future version is not overlooked (manual 9.26, pg_get_catalog_foreign_keys). Immutable; serves every
 * database of a server of the same version.
 */
final class CatalogQueries {
    /** Left out: contents and statistics, what all databases of a server share, and what is read in another way. */
    private static final Set<String> EXCLUDED = Set.of(
            "pg_statistic",
            "pg_statistic_ext_data",
            "pg_largeobject",
            "pg_largeobject_metadata",
            "pg_depend",
            "pg_shdepend",
            "pg_authid",
            "pg_auth_members",
            "pg_tablespace",
            "pg_replication_origin",
            "pg_subscription_rel",
            "pg_parameter_acl",
            "pg_database",
            "pg_shdescription",
            "pg_shseclabel",
            "pg_db_role_setting");

    private final Map<String, Source> sources;

    private CatalogQueries(Map<String, Source> sources) {
        this.sources = sources;
    }

    /**
     * Where the rows of one list come from.
     *
     * @param from SQL that starts with "from" and ends with the condition
     * @param counted SQL that says whether a row may differ at all from what initdb made
     */
    private record Source(String from, String counted, String system, Shape shape, String content) {}

    /** Asks a server how its catalogs are built. */
    static CatalogQueries of(Session session) {
        List<List<@Nullable String[]>> answers = session.queryAll("""
            select c.relname, a.attname, a.atttypid::pg_catalog.regtype::text
              from pg_catalog.pg_class c join pg_catalog.pg_attribute a on a.attrelid = c.oid
             where c.relnamespace = 'pg_catalog'::pg_catalog.regnamespace and c.relkind = 'r'
               and a.attnum > 0 and not a.attisdropped
             order by c.relname, a.attnum;
            select fktable::pg_catalog.regclass::text, array_to_string(fkcols, ' '),
                   pktable::pg_catalog.regclass::text, is_array
              from pg_catalog.pg_get_catalog_foreign_keys()
             order by array_length(fkcols, 1) desc""");
        List<Reference> references = answers.get(1).stream()
                .map(r -> new Reference(
                        String.valueOf(r[0]),
                        List.of(String.valueOf(r[1]).split(" ")),
                        String.valueOf(r[2]),
                        "t".equals(r[3])))
                .toList();
        Map<String, List<String>> fields = new TreeMap<>();
        for (@Nullable String[] r : answers.get(0)) {
            String catalog = String.valueOf(r[0]);
            String column = String.valueOf(r[1]);
            if (!EXCLUDED.contains(catalog)) {
                List<String> into = fields.computeIfAbsent(catalog, c -> new ArrayList<>());
                Columns.expression(catalog, column, String.valueOf(r[2]), references)
                        .ifPresent(sql -> into.add("'" + column + "', " + sql));
            }
        }
        Map<String, Source> sources = new LinkedHashMap<>();
        fields.forEach((catalog, list) -> sources.put(catalog, catalog(catalog, list)));
        sources.put("ownership", ownership());
        sources.put("extension-member", extensionMembers());
        sources.put(Comparison.COLUMN_ORDER, columnOrder());
        return new CatalogQueries(sources);
    }

    /**
     * One row a list: its name and a digest of its rows. Rows that initdb made and nobody touched only count.
     *
     * @param base a transaction id from before anything was done
     */
    String digestSql(long base) {
        return sources.entrySet().stream()
                .map(e -> "select '" + e.getKey() + "', count(*) || ':' || coalesce(sum(case when "
                        + counted(e.getValue(), base) + " then hashtextextended(("
                        + e.getValue().content()
                        + ")::text, 0)::numeric end), 0) " + e.getValue().from())
                .collect(Collectors.joining("\nunion all\n"));
    }

    /**
     * The rows of some lists: list, kind, object, parent, whether initdb made it, content.
     *
     * @param base as in {@link #digestSql}; 0 for the rows that initdb made as well
     */
    String rowsSql(Collection<String> lists, long base) {
        return lists.stream()
                .map(list -> {
                    Source source = Objects.requireNonNull(sources.get(list), list);
                    Shape shape = source.shape();
                    return "select '" + list + "', " + shape.kind() + ", " + shape.object() + ", " + shape.parent()
                            + ", " + source.system() + ", (" + source.content() + ")::text " + source.from()
                            + (base == 0 ? "" : " and " + counted(source, base));
                })
                .collect(Collectors.joining("\nunion all\n"));
    }

    /** The names of all lists. */
    Set<String> lists() {
        return sources.keySet();
    }

    private static String counted(Source source, long base) {
        return source.counted().replace("$base", Long.toString(base));
    }

    private static Source catalog(String catalog, List<String> fields) {
        Shape shape = Shape.of(catalog);
        String owner = "t." + shape.owner() + "::oid";
        List<String> all = new ArrayList<>(fields);
        for (int i = 0; i < shape.extras().size(); i += 2) {
            all.add("'" + shape.extras().get(i) + "', " + shape.extras().get(i + 1));
        }
        return new Source(
                "from pg_catalog." + catalog + " t where " + shape.filter(),
                "(" + owner + " >= 16384 or age(t.xmin) < age('$base'::xid))",
                owner + " < 16384",
                shape,
                "jsonb_strip_nulls(jsonb_build_object(" + String.join(", ", all) + "))");
    }

    /** Which column a sequence belongs to; only pg_depend knows it. */
    private static Source ownership() {
        String sequence = "t.objid::regclass::text";
        return derived(
                "from pg_catalog.pg_depend t where t.classid = 'pg_catalog.pg_class'::regclass and t.refclassid ="
                        + " t.classid and t.deptype in ('a', 'i') and t.objsubid = 0 and t.refobjsubid > 0"
                        + " and exists (select from pg_catalog.pg_class c where c.oid = t.objid and c.relkind = 'S')",
                Shape.shape("objid", "true", "'sequence owner'", sequence, sequence),
                "jsonb_build_object('owned by', t.refobjid::regclass::text || '.' || (select a.attname from"
                        + " pg_catalog.pg_attribute a where a.attrelid = t.refobjid and a.attnum = t.refobjsubid),"
                        + " 'deptype', t.deptype::text)");
    }

    /** Which objects belong to an extension, or fall with one. */
    private static Source extensionMembers() {
        String member = "(pg_identify_object(t.classid, t.objid, t.objsubid))";
        return derived(
                "from pg_catalog.pg_depend t where t.deptype in ('e', 'x') and t.refobjid >= 16384",
                Shape.shape(
                        "objid",
                        "true",
                        "'extension member'",
                        member + ".type || ' ' || " + member + ".identity",
                        "(select quote_ident(e.extname) from pg_catalog.pg_extension e where e.oid = t.refobjid)"),
                "jsonb_build_object('extension', (select e.extname from pg_catalog.pg_extension e where e.oid ="
                        + " t.refobjid), 'member', " + member + ".identity, 'deptype', t.deptype::text)");
    }

    private static Source columnOrder() {
        String table = "t.oid::regclass::text";
        return derived(
                "from pg_catalog.pg_class t where t.relkind in ('r', 'p', 'f') and t.oid >= 16384"
                        + " and t.relnamespace not in (select n.oid from pg_catalog.pg_namespace n where n.nspname ~"
                        + " '^pg_(toast|temp_)')",
                Shape.shape("oid", "true", "'column order'", table, "t.relnamespace::regnamespace::text"),
                "jsonb_build_object('table', " + table
                        + ", 'definition', (select string_agg(quote_ident(a.attname), ', '"
                        + " order by a.attnum) from pg_catalog.pg_attribute a where a.attrelid = t.oid and a.attnum > 0"
                        + " and not a.attisdropped))");
    }

    private static Source derived(String from, Shape shape, String content) {
        return new Source(from, "true", "false", shape, content);
    }
}
