package dev.lockkeeper.observation;

import dev.lockkeeper.database.Session;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The SQL that finds what changed in the system catalogs. A row that a transaction wrote has its number (manual 5.6, "System
 * Columns": xmin), and the number of the command in it (cmin); a row that it deleted is only missing.
 */
final class CatalogChanges {
    /** Objects of initdb have smaller numbers (transam.h, FirstNormalObjectId). */
    static final long FIRST_USER_OID = 16384;

    /** What belongs to another object and is told with it, by the alias x of its row. */
    private static final Map<String, String> OF_ITS_OWN = Map.of(
            "pg_class",
            "x.relkind not in ('t', 'c') and x.relnamespace <> 'pg_toast'::regnamespace"
                    + " and not exists (select from pg_namespace n where n.oid = x.relnamespace and n.nspname ~ '^pg_(toast_)?temp_')",
            "pg_type",
            "(x.typrelid = 0 or (select c.relkind from pg_class c where c.oid = x.typrelid) = 'c')"
                    + " and not exists (select from pg_type e where e.typarray = x.oid)",
            "pg_trigger",
            "not x.tgisinternal",
            "pg_rewrite",
            "x.rulename <> '_RETURN'",
            "pg_namespace",
            "x.nspname !~ '^pg_(toast_)?temp_'",
            "pg_constraint",
            "(x.contype <> 'n' or x.contypid <> 0)");

    /** Rows of catalogs that are no objects, but belong to one. */
    private static final List<Part> PARTS = List.of(
            new Part(
                    "'pg_class'",
                    "x.attrelid",
                    "x.attnum",
                    "x.attisdropped",
                    "pg_attribute",
                    "x.attnum > 0 and exists (select from pg_class c where c.oid = x.attrelid"
                            + " and c.relkind in ('r', 'p', 'f', 'm', 'v') and c.relpersistence <> 't')"),
            new Part("'pg_class'", "x.ev_class", "pg_rewrite", "x.rulename = '_RETURN'"),
            new Part(
                    "'pg_class'",
                    "x.indexrelid",
                    "pg_index",
                    "(select c.relkind from pg_class c where c.oid = x.indrelid) <> 't'"),
            new Part("'pg_class'", "x.seqrelid", "pg_sequence", "true"),
            new Part("'pg_class'", "x.ftrelid", "pg_foreign_table", "true"),
            new Part("'pg_type'", "x.enumtypid", "pg_enum", "true"),
            new Part("x.classoid::regclass::text", "x.objoid", "x.objsubid", "false", "pg_description", "true"),
            new Part("x.classoid::regclass::text", "x.objoid", "pg_shdescription", "true"),
            new Part("'pg_authid'", "x.member", "pg_auth_members", "true"),
            new Part(
                    "case when x.setrole = 0 then 'pg_database' else 'pg_authid' end",
                    "case when x.setrole = 0 then x.setdatabase else x.setrole end",
                    "pg_db_role_setting",
                    "true"));

    /** What a row says by a number and traits say by a name, by the catalog of the row. */
    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry(
                    "pg_class",
                    "'table', coalesce((select " + relation("n.indrelid")
                            + " from pg_index n where n.indexrelid = x.oid), (select " + relation("d.refobjid")
                            + " from pg_depend d where x.relkind = 'S' and d.classid = 'pg_class'::regclass and d.objid = x.oid"
                            + " and d.refclassid = 'pg_class'::regclass and d.refobjsubid > 0 limit 1)),"
                            + " 'signature', case when x.relkind in ('v', 'm') then (select string_agg(quote_ident(a.attname)"
                            + " || ' ' || format_type(a.atttypid, a.atttypmod), ', ' order by a.attnum)"
                            + " from pg_attribute a where a.attrelid = x.oid and a.attnum > 0) end, "
                            + parent(
                                    "coalesce((select n.indrelid from pg_index n where n.indexrelid = x.oid), x.oid)")),
            Map.entry("pg_index", "'table', " + relation("x.indrelid") + ", " + parent("x.indrelid")),
            Map.entry(
                    "pg_attribute",
                    "'table', " + relation("x.attrelid") + ", " + parent("x.attrelid")
                            + ", 'type', format_type(x.atttypid, x.atttypmod),"
                            + " 'base', (select format_type(b.typbasetype, b.typtypmod) from pg_type b"
                            + " where b.oid = x.atttypid and b.typtype = 'd')"),
            Map.entry("pg_attrdef", "'table', " + relation("x.adrelid")),
            Map.entry(
                    "pg_constraint",
                    "'table', " + relation("x.conrelid") + ", 'references', " + relation("x.confrelid") + ", "
                            + parent("x.conrelid")
                            + ", 'domain', case when x.contypid <> 0 then format_type(x.contypid, null) end"),
            Map.entry("pg_trigger", "'table', " + relation("x.tgrelid") + ", " + parent("x.tgrelid")),
            Map.entry("pg_policy", "'table', " + relation("x.polrelid")),
            Map.entry(
                    "pg_rewrite", "'table', case when x.rulename <> '_RETURN' then " + relation("x.ev_class") + " end"),
            Map.entry("pg_statistic_ext", "'table', " + relation("x.stxrelid")),
            Map.entry("pg_publication_rel", "'table', " + relation("x.prrelid")));

    /** The same, but only of what the asking session holds locked: to read these the server opens a relation. */
    private static final Map<String, String> TEXTS =
            Map.of("pg_attrdef", ", 'expression', pg_get_expr(x.adbin, x.adrelid)");

    private static String relation(String object) {
        return "(pg_identify_object('pg_class'::regclass, " + object + ", 0)).identity";
    }

    /** The table of which a table is a partition or child. */
    private static String parent(String table) {
        return "'parent', (select " + relation("h.inhparent") + " from pg_inherits h where h.inhrelid = " + table
                + " order by h.inhseqno limit 1)";
    }

    private record Part(String catalog, String object, String sub, String gone, String from, String condition) {
        Part(String catalog, String object, String from, String condition) {
            this(catalog, object, "0", "false", from, condition);
        }

        /** The row of a catalog that holds objects. */
        static Part whole(String catalog) {
            return new Part("'" + catalog + "'", "x.oid", catalog, OF_ITS_OWN.getOrDefault(catalog, "true"));
        }

        String since(long floor) {
            return "select " + catalog + " as catalog, " + object + " as objid, " + sub
                    + "::int as sub, x.xmin::text || '.' || x.cmin::text as written, '" + from + "' as source, " + gone
                    + " as gone, " + traits(TEXTS.getOrDefault(from, "")) + " as traits from " + from + " x where "
                    + condition
                    + " and x.xmin::text::bigint >= " + floor;
        }

        /** @param some of them, all of the same catalog */
        String traitsOf(Collection<ObjectKey> some) {
            return "select " + catalog + ", " + object + ", " + sub + "::int, " + traits("") + " from " + from
                    + " x join (values "
                    + some.stream()
                            .map(key -> "(" + key.object() + "::oid, " + key.sub() + ")")
                            .collect(Collectors.joining(", "))
                    + ") k (o, s) on k.o = " + object + " and k.s = " + sub;
        }

        private String traits(String texts) {
            return Traits.sql("to_jsonb(x) || jsonb_build_object(" + NAMES.getOrDefault(from, "") + texts + ")");
        }
    }

    private final Set<String> catalogs;

    private CatalogChanges(Set<String> catalogs) {
        this.catalogs = catalogs;
    }

    /** For the catalogs of the session's server whose rows are objects. */
    static CatalogChanges of(Session session) {
        return new CatalogChanges(session
                .query(
                        "select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'oid'"
                                + " where c.relnamespace = 'pg_catalog'::regnamespace and c.relkind = 'r'"
                                + " and c.relname not in ('pg_largeobject_metadata', 'pg_enum', 'pg_auth_members')"
                                + " and has_table_privilege(c.oid, 'select')")
                .stream()
                .map(row -> Onlooker.text(row, 0))
                .collect(Collectors.toSet()));
    }

    /** Those of the catalogs whose rows are objects. */
    Set<String> objects(Collection<String> some) {
        return some.stream().filter(catalogs::contains).collect(Collectors.toSet());
    }

    /**
     * Rows: catalog, object, sub-object, the command that wrote it, type and name of the object, the catalog of the row that
     * was written, its traits. Type and name are null for a dropped column. What an extension brings is told by the extension's name.
     *
     * @param some the catalogs in which something was written
     * @param floor no number of an earlier transaction is so high
     */
    String written(Collection<String> some, long floor) {
        Stream<Part> own = objects(some).stream().map(Part::whole);
        String rows = Stream.concat(own, PARTS.stream().filter(part -> some.contains(part.from())))
                .map(part -> part.since(floor))
                .collect(Collectors.joining(" union all "));
        return "select w.catalog, w.objid, w.sub, w.written, i.type, i.identity, w.source, w.traits from ("
                + (rows.isEmpty() ? "select 'pg_class', 0::oid, 0, '', '', false, '' where false" : rows)
                + ") w (catalog, objid, sub, written, source, gone, traits) cross join lateral pg_identify_object("
                + "case when w.gone then null else w.catalog::regclass end, w.objid, w.sub) i"
                + " where not exists (select from pg_depend d where d.classid = w.catalog::regclass and d.objid = w.objid"
                + " and d.deptype = 'e') and coalesce(i.type, '') !~ ' of access method$'";
    }

    /** Rows: catalog and the objects of users that it has, with spaces between. */
    static String objectsOf(Collection<String> some) {
        return some.stream()
                .map(catalog -> "select '" + catalog + "', coalesce(string_agg(x.oid::text, ' '), '') from " + catalog
                        + " x where x.oid >= " + FIRST_USER_OID)
                .collect(Collectors.joining(" union all "));
    }

    /** The catalogs whose rows are objects. */
    Set<String> all() {
        return catalogs;
    }

    /** These and those whose rows belong to objects. */
    Set<String> everything() {
        return Stream.concat(catalogs.stream(), PARTS.stream().map(Part::from)).collect(Collectors.toSet());
    }

    /**
     * Rows: catalog, object, sub-object, traits of one of the rows that it has.
     *
     * @param keys at least one
     */
    static String traits(Collection<ObjectKey> keys) {
        return keys.stream().collect(Collectors.groupingBy(ObjectKey::catalog)).entrySet().stream()
                .flatMap(e -> Stream.concat(
                                Stream.of(Part.whole(e.getKey())),
                                PARTS.stream().filter(part -> part.catalog().equals("'" + e.getKey() + "'")))
                        .map(part -> part.traitsOf(e.getValue())))
                .collect(Collectors.joining(" union all "));
    }

    /** Rows: type, name and number, for those of the objects that are told by themselves. */
    static String named(String catalog, String objects) {
        return "select i.type, i.identity, x.oid from " + catalog + " x cross join lateral pg_identify_object('"
                + catalog
                + "'::regclass, x.oid, 0) i where x.oid = any (array[" + objects + "]::oid[]) and "
                + OF_ITS_OWN.getOrDefault(catalog, "true")
                + " and i.type !~ ' of access method$' and not exists (select from pg_depend d where d.classid = '"
                + catalog + "'::regclass and d.objid = x.oid and d.deptype = 'e')";
    }
}
