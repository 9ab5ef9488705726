package dev.lockkeeper.catalog;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Turns one column of a system catalog into an SQL expression whose value does not depend on OIDs. */
final class Columns {
    /** Until when the password of a role is good: that it never ends can be said in two ways. */
    static final String VALID_UNTIL = "nullif(t.rolvaliduntil, 'infinity')::text";

    /** Columns that say how a thing is stored or counted, not what it is (manual 53, "System Catalogs"). */
    private static final Set<String> PHYSICAL = Set.of(
            "oid",
            "roident",
            "relfilenode",
            "relpages",
            "reltuples",
            "relallvisible",
            "relallfrozen",
            "relfrozenxid",
            "relminmxid",
            "relhasindex",
            "relhasrules",
            "relhastriggers",
            "relhassubclass",
            "relnatts",
            "reltoastrelid",
            "relrewrite",
            "relchecks",
            "attnum",
            "attcacheoff",
            "attlen",
            "attbyval",
            "attalign",
            "atthasdef",
            "atthasmissing",
            "attmissingval",
            "indcheckxmin",
            "enumsortorder",
            "objoid",
            "classoid",
            "objsubid",
            "partdefid",
            "datfrozenxid",
            "datminmxid",
            "dathasloginevt");

    /** Columns of which a field with a clearer name tells the same; {@link Shape} has it. */
    private static final Set<String> RETOLD =
            Set.of("atttypid", "atttypmod", "typbasetype", "typtypmod", "stxkeys", "prorettype", "subdbid");

    /** References that the server does not declare (pg_constraint.h, pg_publication_rel.h). */
    static final List<Reference> UNDECLARED = List.of(
            new Reference("pg_constraint", List.of("conrelid", "confdelsetcols"), "pg_attribute", true),
            new Reference("pg_publication_rel", List.of("prrelid", "prattrs"), "pg_attribute", true));

    /** Never shown, because they may hold passwords. */
    private static final Set<String> SECRET = Set.of("umoptions", "subconninfo");

    /** Lists of options, whose order nobody chose. */
    private static final Set<String> OPTIONS = Set.of(
            "reloptions",
            "attoptions",
            "srvoptions",
            "fdwoptions",
            "ftoptions",
            "attfdwoptions",
            "umoptions",
            "spcoptions");

    /** The kind letter that acldefault() wants for a catalog's privileges, and the owner's column. */
    private static final Map<String, String> DEFAULT_PRIVILEGES = Map.of(
            "pg_class", "acldefault((case when t.relkind = 'S' then 's' else 'r' end)::\"char\", t.relowner)",
            "pg_proc", "acldefault('f', t.proowner)",
            "pg_namespace", "acldefault('n', t.nspowner)",
            "pg_type", "acldefault('T', t.typowner)",
            "pg_language", "acldefault('l', t.lanowner)",
            "pg_foreign_data_wrapper", "acldefault('F', t.fdwowner)",
            "pg_foreign_server", "acldefault('S', t.srvowner)",
            "pg_database", "acldefault('d', t.datdba)",
            "pg_largeobject_metadata", "acldefault('L', t.lomowner)");

    private static final Map<String, String> REG_TYPES = Map.of(
            "pg_class", "regclass",
            "pg_type", "regtype",
            "pg_proc", "regprocedure",
            "pg_operator", "regoperator",
            "pg_namespace", "regnamespace",
            "pg_authid", "regrole",
            "pg_collation", "regcollation",
            "pg_ts_config", "regconfig",
            "pg_ts_dict", "regdictionary");

    /** Types that the server hashes as they are. */
    private static final Set<String> PLAIN =
            Set.of("name", "boolean", "\"char\"", "smallint", "integer", "bigint", "text", "oid", "real");

    private Columns() {}

    /**
     * One row of pg_get_catalog_foreign_keys(): which column refers to which catalog.
     *
     * @param columns one column, or a relation and an attribute number
     */
    record Reference(String catalog, List<String> columns, String to, boolean array) {}

    /** The expression for a column; empty when it is left out. */
    static Optional<String> expression(String catalog, String column, String type, List<Reference> references) {
        if (PHYSICAL.contains(column)
                || RETOLD.contains(column)
                || type.equals("pg_node_tree")
                || type.equals("xid")
                || type.equals("pg_lsn")) {
            return Optional.empty();
        }
        String value = "t." + column;
        if (SECRET.contains(column)) {
            return Optional.of(
                    OPTIONS.contains(column)
                            ? "md5((select array_agg(u.v order by u.v)::text from unnest(" + value + ") u(v)))"
                            : "md5(" + value + "::text)");
        }
        if (type.equals("aclitem[]")) {
            return Optional.of(privileges(catalog, value));
        }
        if (catalog.equals("pg_trigger") && column.equals("tgname")) {
            // the names of internal triggers hold OIDs
            return Optional.of("case when t.tgisinternal then null else t.tgname::text end");
        }
        if (catalog.equals("pg_attribute") && column.equals("attname")) {
            // the columns of an index have the names that the table's columns had when it was made
            return Optional.of("case when c.relkind not in ('i', 'I') then t.attname::text end");
        }
        if (catalog.equals("pg_database") && column.equals("datname")) {
            return Optional.of("case when t.datname <> current_database() then t.datname::text end");
        }
        if (catalog.equals("pg_proc") && column.equals("proowner")) {
            // the constructors of a range are the bootstrap superuser's, whoever makes the range and whatever he is
            // called
            return Optional.of(
                    "case when t.proowner <> 10 or not exists (select from pg_catalog.pg_depend d where d.classid ="
                            + " 'pg_catalog.pg_proc'::regclass and d.objid = t.oid and d.refclassid = 'pg_catalog.pg_type'::regclass"
                            + " and d.deptype = 'i') then t.proowner::regrole::text end");
        }
        if (OPTIONS.contains(column)) {
            // whoever sets an option anew or restores a dump moves it: the order says nothing
            return Optional.of("(select array_agg(u.v order by u.v)::text from unnest(" + value + ") u(v))");
        }
        if (column.equals("rolvaliduntil")) {
            return Optional.of(VALID_UNTIL);
        }
        if (column.equals("rolpassword")) {
            // the verifier is in a field of its own: it is salted, so that the same password never looks the same
            return Optional.of("case when t.rolpassword is not null then 'set' end");
        }
        if (type.startsWith("timestamp")) {
            return Optional.of("case when isfinite(" + value + ") then to_char(timezone('UTC', " + value
                    + "), 'YYYY-MM-DD HH24:MI:SS\" UTC\"') else " + value + "::text end");
        }
        for (Reference reference : references) {
            if (reference.catalog().equals(catalog)
                    && reference.columns().get(reference.columns().size() - 1).equals(column)) {
                return Optional.of(
                        reference.columns().size() == 2
                                ? attribute(catalog, "t." + reference.columns().get(0), value, reference.array())
                                : reference.array()
                                        ? "(select string_agg(coalesce(" + name(reference.to(), "u.v") + ", '"
                                                + (column.equals("polroles") ? "public" : "-")
                                                + "'), ', ' order by u.n) from unnest(" + value
                                                + ") with ordinality u(v, n))"
                                        : name(reference.to(), value));
            }
        }
        return Optional.of(value + "::text");
    }

    /**
     * The expression for a column in a digest that is compared with one of another server of the same major version: it may
     * tell more apart than {@link #expression}, such as the numbers of columns, and never less. Objects of initdb have the
     * same OIDs there.
     */
    static Optional<String> quick(String catalog, String column, String type, List<Reference> references) {
        String own = Quick.COLUMNS.get(catalog + "." + column);
        if (own != null) {
            return own.isEmpty() ? Optional.empty() : Optional.of(own);
        }
        if (type.equals("pg_node_tree")) {
            return Optional.ofNullable(Quick.TREES.get(catalog)).map(relation -> Quick.tree("t." + column, relation));
        }
        boolean told = catalog.equals("pg_attribute") && column.equals("atttypid");
        String value = "t." + column;
        Optional<String> slow =
                told ? Optional.of(name("pg_type", value)) : expression(catalog, column, type, references);
        for (Reference r : references) {
            if (slow.isEmpty()
                    || !r.catalog().equals(catalog)
                    || !r.columns().get(r.columns().size() - 1).equals(column)) {
                continue;
            }
            if (r.columns().size() == 2) {
                return Optional.of(value + "::text");
            }
            return r.to().equals("pg_authid") || r.to().equals("pg_namespace")
                    ? slow
                    : Optional.of(
                            r.array()
                                    ? "case when (select coalesce(max(u.v), 0) from unnest(" + value
                                            + "::oid[]) u(v)) < 16384 then " + value + "::text else " + slow.get()
                                            + " end"
                                    : "case when " + value + "::oid < 16384 then " + value + "::oid::text else "
                                            + slow.get() + " end");
        }
        if (type.equals("aclitem[]")) {
            return slow.map(sql -> "case when " + value + " is not null then " + sql + " end");
        }
        return PLAIN.contains(type) && slow.filter((value + "::text")::equals).isPresent() ? Optional.of(value) : slow;
    }

    static String privileges(String catalog, String value) {
        String sorted = "(select string_agg(x::text, chr(10) order by x::text) from unnest(" + value + ") x)";
        String standard = DEFAULT_PRIVILEGES.get(catalog);
        if (standard == null) {
            return sorted;
        }
        return "case when " + value + " is null or " + sorted + " is not distinct from"
                + " (select string_agg(x::text, chr(10) order by x::text) from unnest(" + standard
                + ") x) then null else coalesce(" + sorted + ", 'none') end";
    }

    private static String name(String catalog, String oid) {
        String reg = REG_TYPES.get(catalog);
        if (reg != null) {
            return "nullif(" + oid + "::oid, 0)::" + reg + "::text";
        }
        return switch (catalog) {
            case "pg_am" -> "(select x.amname::text from pg_catalog.pg_am x where x.oid = " + oid + ")";
            case "pg_language" -> "(select x.lanname::text from pg_catalog.pg_language x where x.oid = " + oid + ")";
            case "pg_tablespace" ->
                "(select x.spcname::text from pg_catalog.pg_tablespace x where x.oid = " + oid + ")";
            case "pg_trigger" ->
                "(select " + Names.trigger("x") + " from pg_catalog.pg_trigger x where x.oid = " + oid + ")";
            case "pg_database" -> "(select x.datname::text from pg_catalog.pg_database x where x.oid = " + oid + ")";
            case "pg_constraint" ->
                "(select x.conname::text || ' on ' || x.conrelid::regclass::text"
                        + " from pg_catalog.pg_constraint x where x.oid = " + oid + ")";
            default ->
                "case when " + oid + " <> 0 then (pg_identify_object('pg_catalog." + catalog + "'::regclass, " + oid
                        + ", 0)).identity end";
        };
    }

    private static String attribute(String catalog, String relation, String number, boolean array) {
        if (!array) {
            return "(select x.attname::text from pg_catalog.pg_attribute x where x.attrelid = " + relation
                    + " and x.attnum = " + number + ")";
        }
        // the columns of these are kept in the order of the table's columns, which is not a property of theirs
        String order = catalog.equals("pg_constraint") && number.endsWith("conkey")
                ? "case when t.contype = 'c' then null else u.n end, x.attname"
                : catalog.equals("pg_publication_rel") || number.endsWith("confdelsetcols") ? "x.attname" : "u.n";
        return "(select string_agg(coalesce(x.attname::text, '-'), ', ' order by " + order + ") from unnest(" + number
                + ") with ordinality u(v, n) left join pg_catalog.pg_attribute x on x.attrelid = " + relation
                + " and x.attnum = u.v and u.v <> 0)";
    }
}
