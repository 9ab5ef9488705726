package dev.lockkeeper.catalog;

/** SQL for the names of objects. A name is qualified unless it lies in pg_catalog; the search path is fixed for it. */
final class Names {
    /** Parts the names of several owners; no name that a person types holds it. */
    static final char SEPARATOR = '\u001f';

    private Names() {}

    /**
     * What tells one object of a database from every other: the catalog that it is kept in and its name there.
     *
     * @param catalog SQL of type regclass or oid, as in {@code pg_depend.refclassid}
     */
    static String identity(String catalog, String object, String part) {
        return "case when " + part + " > 0 then 'pg_attribute' else " + catalog + "::regclass::text end || ' ' || "
                + name(catalog, object, part);
    }

    /** The name alone. What regclass and its like print is taken first: it leaves out pg_catalog everywhere alike. */
    static String name(String catalog, String object, String part) {
        return "case " + catalog + " when 'pg_catalog.pg_class'::regclass then " + object
                + "::regclass::text || coalesce('.'"
                + " || (select quote_ident(a.attname) from pg_catalog.pg_attribute a where a.attrelid = " + object
                + " and a.attnum = " + part + " and a.attnum > 0), '')"
                + " when 'pg_catalog.pg_type'::regclass then " + object + "::regtype::text"
                + " when 'pg_catalog.pg_proc'::regclass then " + object + "::regprocedure::text"
                + " else (pg_identify_object(" + catalog + ", " + object + ", " + part + ")).identity end";
    }

    /** What the server calls an object and its name: {@code table public.t}. */
    static String described(String catalog, String object, String part) {
        return "(pg_identify_object(" + catalog + ", " + object + ", " + part + ")).type || ' ' || "
                + name(catalog, object, part);
    }

    /** The name of a row of a catalog, as the server prints it. */
    static String ofRow(String catalog) {
        return "(pg_identify_object('pg_catalog." + catalog + "'::regclass, t.oid, 0)).identity";
    }

    /** What the server calls a row of a catalog: table, function, ... */
    static String kindOfRow(String catalog) {
        return "(pg_identify_object('pg_catalog." + catalog + "'::regclass, t.oid, 0)).type";
    }

    /**
     * What a row falls with, as the server itself knows it: extension, table, constraint, ... (manual, "pg_depend": the
     * kinds auto, internal, extension and partition).
     */
    static String owners(String catalog, String object) {
        return "(select string_agg(" + identity("d.refclassid", "d.refobjid", "d.refobjsubid") + ", chr(31))"
                + " from pg_catalog.pg_depend d where d.classid = 'pg_catalog." + catalog
                + "'::regclass and d.objid = " + object
                + " and d.objsubid = 0 and d.deptype in ('a', 'e', 'i', 'P', 'S'))";
    }

    /** The name of a trigger; the names of internal ones hold OIDs, so what they are for stands in their place. */
    static String trigger(String row) {
        return "case when " + row
                + ".tgisinternal then 'internal trigger of ' || coalesce((select quote_ident(c.conname)"
                + " from pg_catalog.pg_constraint c where c.oid = " + row + ".tgconstraint), '-') || ' (' || " + row
                + ".tgfoid::regproc || ' ' || " + row + ".tgtype || ')' else quote_ident(" + row
                + ".tgname) end || ' on ' || " + row + ".tgrelid::regclass::text";
    }
}
