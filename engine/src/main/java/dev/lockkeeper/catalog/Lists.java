package dev.lockkeeper.catalog;

import java.util.List;

/** Lists that are no catalog by themselves: what only pg_depend knows, the order of columns, large objects. */
final class Lists {
    /** The order of the columns of a table, kept apart because it matters less. */
    static final String COLUMN_ORDER = "column-order";

    /** Large objects: their number is chosen by chance, so that only what they hold can be compared. */
    static final String LARGE_OBJECT = "pg_largeobject";

    private static final String NO_TOAST =
            " not in (select n.oid from pg_catalog.pg_namespace n where n.nspname ~ '^pg_(toast|temp_)')";

    private Lists() {}

    static List<Source> all() {
        return List.of(ownership(), members(), columnOrder(), largeObjects());
    }

    /** Which column a sequence belongs to. */
    private static Source ownership() {
        String sequence = "t.objid::regclass::text";
        return Source.small(
                "ownership",
                "pg_depend",
                Shape.part("objid", "pg_class", "'sequence'", sequence)
                        .where(
                                "t.classid = 'pg_catalog.pg_class'::regclass and t.refclassid = t.classid and t.deptype in"
                                        + " ('a', 'i') and t.objsubid = 0 and t.refobjsubid > 0 and exists (select from"
                                        + " pg_catalog.pg_class c where c.oid = t.objid and c.relkind = 'S' and c.relnamespace"
                                        + NO_TOAST + ")")
                        .in(Names.identity("t.refclassid", "t.refobjid", "t.refobjsubid")),
                List.of(
                        "sequence",
                        sequence,
                        "owned by",
                        Names.name("t.refclassid", "t.refobjid", "t.refobjsubid"),
                        "deptype",
                        "t.deptype::text"));
    }

    /** Which objects belong to an extension, or fall with one. */
    private static Source members() {
        String member = Names.described("t.classid", "t.objid", "t.objsubid");
        return Source.small(
                "extension-member",
                "pg_depend",
                Shape.part("objid", "extension-member", "'extension member'", member)
                        .where("t.deptype in ('e', 'x') and t.refobjid >= 16384")
                        .in(Names.identity("t.refclassid", "t.refobjid", "0"))
                        .in(Names.identity("t.classid", "t.objid", "t.objsubid")),
                List.of(
                        "of extension",
                        "(select e.extname from pg_catalog.pg_extension e where e.oid = t.refobjid)",
                        "member",
                        member,
                        "deptype",
                        "t.deptype::text"));
    }

    private static Source columnOrder() {
        String table = "t.oid::regclass::text";
        return Source.small(
                COLUMN_ORDER,
                "pg_class",
                Shape.part("oid", COLUMN_ORDER, "'column order'", table)
                        .where("t.relkind in ('r', 'p', 'f') and t.oid >= 16384 and t.relnamespace" + NO_TOAST)
                        .in("'pg_class ' || " + table),
                List.of(
                        "table",
                        table,
                        "columns",
                        "(select string_agg(quote_ident(a.attname), chr(31) order by a.attnum) from"
                                + " pg_catalog.pg_attribute a where a.attrelid = t.oid and a.attnum > 0 and not"
                                + " a.attisdropped)"));
    }

    private static Source largeObjects() {
        String here = " where x.classoid = 'pg_catalog.pg_largeobject'::regclass and x.objoid = t.oid)";
        return Source.small(
                LARGE_OBJECT,
                "pg_largeobject_metadata",
                Shape.part("oid", LARGE_OBJECT, "'large object'", "t.oid::text"),
                List.of(
                        "number",
                        "t.oid::text",
                        "owner",
                        "t.lomowner::regrole::text",
                        "privileges",
                        Columns.privileges("pg_largeobject_metadata", "t.lomacl"),
                        "contents",
                        "(select md5(string_agg(p.pageno || ':' || md5(p.data), ' ' order by p.pageno)) from"
                                + " pg_catalog.pg_largeobject p where p.loid = t.oid)",
                        "comment",
                        "(select x.description from pg_catalog.pg_description x" + here,
                        "security label",
                        "(select string_agg(x.provider || ': ' || x.label, ', ' order by x.provider) from"
                                + " pg_catalog.pg_seclabel x" + here));
    }
}
