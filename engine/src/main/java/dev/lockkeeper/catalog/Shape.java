package dev.lockkeeper.catalog;

import java.util.ArrayList;
import java.util.List;

/**
 * What is special about a catalog: which of its rows count, what its rows are called, and which of its values only a
 * function of the server can print.
 *
 * @param owner the column whose OID tells rows of initdb (below 16384) from those of users
 * @param join SQL that brings further catalogs in
 * @param filter which rows count
 * @param thing the catalog that holds the object that a row tells of: a row of pg_index tells of a row of pg_class
 * @param kind SQL for what a row is
 * @param object SQL for its name
 * @param parents SQL for the identities of what it falls with
 * @param extras further fields: name and SQL, in turn
 */
record Shape(
        String owner,
        String join,
        String filter,
        String thing,
        String kind,
        String object,
        List<String> parents,
        List<String> extras) {
    /** Temporary objects are nobody's, and TOAST tables belong to their tables. */
    private static final String NO_TOAST =
            " not in (select n.oid from pg_catalog.pg_namespace n where n.nspname ~ '^pg_(toast|temp_)')";

    /** Statistics keep their columns in the order of the table's columns, which is not a property of theirs. */
    private static final String STATISTICS = "case when t.stxexprs is not null then pg_get_statisticsobjdef(t.oid) else"
            + " replace(pg_get_statisticsobjdef(t.oid), ' ON ' || pg_get_statisticsobjdef_columns(t.oid) || ' FROM ', ' ON ' ||"
            + " (select string_agg(quote_ident(x.attname), ', ' order by x.attname) from pg_catalog.pg_attribute x where"
            + " x.attrelid = t.stxrelid and x.attnum = any (t.stxkeys::int2[])) || ' FROM ') end";

    private static final String OF_CLASS = " join pg_catalog.pg_class c on c.oid = t.%s and c.relnamespace" + NO_TOAST;

    static Shape of(String catalog) {
        return switch (catalog) {
            case "pg_class" ->
                row(catalog, Names.kindOfRow(catalog), "t.oid::regclass::text")
                        .where("t.relnamespace" + NO_TOAST)
                        .with("partition bound", "pg_get_expr(t.relpartbound, t.oid)")
                        .with(
                                "toast options",
                                "(select array_agg(u.v order by u.v)::text from pg_catalog.pg_class x, unnest(x.reloptions) u(v)"
                                        + " where x.oid = t.reltoastrelid)");
            case "pg_namespace" ->
                row(catalog, "'schema'", "t.oid::regnamespace::text").where("t.nspname !~ '^pg_(toast_)?temp_'");
            case "pg_attribute" -> attribute();
            case "pg_attrdef" ->
                part(
                                "adrelid",
                                "pg_attribute",
                                "'column'",
                                "t.adrelid::regclass::text || '.' || quote_ident(x.attname)")
                        .joined(" join pg_catalog.pg_attribute x on x.attrelid = t.adrelid and x.attnum = t.adnum")
                        .in("'pg_class ' || t.adrelid::regclass::text")
                        .with("default", "pg_get_expr(t.adbin, t.adrelid)")
                        // often the only list that is read of a column
                        .with("attgenerated", "nullif(x.attgenerated::text, '')");
            case "pg_constraint" ->
                row(
                                catalog,
                                "'constraint'",
                                "quote_ident(t.conname) || ' on ' || case when t.conrelid <> 0 then"
                                        + " t.conrelid::regclass::text else t.contypid::regtype::text end")
                        .in("'pg_class ' || nullif(t.conrelid, 0)::regclass::text")
                        .in("'pg_type ' || nullif(t.contypid, 0)::regtype::text")
                        .in(inherited("pg_constraint", "quote_ident(t.conname) || ' on ' ||", "", "t.conrelid")
                                + " || case when t.coninhcount > 0 then '' end")
                        .with("definition", "pg_get_constraintdef(t.oid)");
            case "pg_index" ->
                part("indexrelid", "pg_class", "'index'", "t.indexrelid::regclass::text")
                        .joined(OF_CLASS.formatted("indexrelid"))
                        .in("'pg_class ' || t.indrelid::regclass::text")
                        .in(Names.owners("pg_class", "t.indexrelid"))
                        .with("definition", "pg_get_indexdef(t.indexrelid)");
            case "pg_rewrite" -> rule();
            case "pg_trigger" ->
                row(catalog, "'trigger'", Names.trigger("t"))
                        .in("'pg_class ' || t.tgrelid::regclass::text")
                        .with("definition", "case when not t.tgisinternal then pg_get_triggerdef(t.oid) end");
            case "pg_proc" ->
                row(catalog, Names.kindOfRow(catalog), "t.oid::regprocedure::text")
                        .with("arguments", "pg_get_function_arguments(t.oid)")
                        .with("returns", "pg_get_function_result(t.oid)")
                        .with("SQL body", "pg_get_function_sqlbody(t.oid)")
                        .with(Thing.MADE, "case when t.prokind <> 'a' then pg_get_functiondef(t.oid) end");
            case "pg_type" ->
                row(catalog, "case when t.typtype = 'd' then 'domain' else 'type' end", "t.oid::regtype::text")
                        .where("t.typnamespace" + NO_TOAST)
                        .with("base type", "format_type(nullif(t.typbasetype, 0), t.typtypmod)");
            case "pg_enum" ->
                row(catalog, "'enum label'", "t.enumtypid::regtype::text || '.' || quote_literal(t.enumlabel)")
                        .ofOwner("enumtypid")
                        .in("'pg_type ' || t.enumtypid::regtype::text")
                        .with(
                                "position",
                                "(select count(*)::text from pg_catalog.pg_enum p where p.enumtypid = t.enumtypid and"
                                        + " p.enumsortorder <= t.enumsortorder)");
            case "pg_policy" ->
                row(catalog, "'policy'", "quote_ident(t.polname) || ' on ' || t.polrelid::regclass::text")
                        .with("using", "pg_get_expr(t.polqual, t.polrelid)")
                        .with("with check", "pg_get_expr(t.polwithcheck, t.polrelid)");
            case "pg_partitioned_table" ->
                relation("partrelid").with("partition key", "pg_get_partkeydef(t.partrelid)");
            case "pg_sequence" -> relation("seqrelid");
            case "pg_foreign_table" -> relation("ftrelid");
            case "pg_inherits" ->
                part(
                                "inhrelid",
                                catalog,
                                "'inheritance'",
                                "t.inhrelid::regclass::text || ' from ' || t.inhparent::regclass::text")
                        .joined(OF_CLASS.formatted("inhrelid"))
                        .with(Change.RELKIND, "c.relkind::text")
                        .with(
                                "table",
                                "(select i.indrelid::regclass::text from pg_catalog.pg_index i where i.indexrelid = t.inhrelid)")
                        .in("'pg_class ' || t.inhrelid::regclass::text")
                        .in("'pg_class ' || t.inhparent::regclass::text");
            case "pg_aggregate" -> part("aggfnoid", "pg_proc", "'aggregate'", "t.aggfnoid::oid::regprocedure::text");
            case "pg_range" -> part("rngtypid", "pg_type", "'type'", "t.rngtypid::regtype::text");
            case "pg_ts_config_map" ->
                part(
                                "mapcfg",
                                catalog,
                                "'text search mapping'",
                                "t.mapcfg::regconfig::text || ' for ' || (select k.alias from ts_token_type((select"
                                        + " x.cfgparser from pg_catalog.pg_ts_config x where x.oid = t.mapcfg)) k where"
                                        + " k.tokid = t.maptokentype) || ' ' || t.mapseqno")
                        .in("'pg_ts_config ' || " + Names.name("'pg_catalog.pg_ts_config'::regclass", "t.mapcfg", "0"));
            case "pg_description" -> remark(catalog, "comment", "t.classoid <> 'pg_catalog.pg_largeobject'::regclass");
            case "pg_seclabel" -> remark(catalog, "security label", "true").with("provider", "t.provider");
            case "pg_init_privs" -> remark(catalog, "initial privileges", "true");
            case "pg_publication_rel" -> addressed(catalog).with("filter", "pg_get_expr(t.prqual, t.prrelid)");
            case "pg_statistic_ext" -> addressed(catalog).with("definition", STATISTICS);
            default -> addressed(catalog);
        };
    }

    /** Columns of tables; those of an index have no names of their own, only stale copies. */
    private static Shape attribute() {
        return part(
                        "attrelid",
                        "pg_attribute",
                        "case when c.relkind in ('i', 'I') then 'index column' when c.relkind = 'c' then 'attribute' else"
                                + " 'column' end",
                        "t.attrelid::regclass::text || case when c.relkind in ('i', 'I') then ' column ' || t.attnum else"
                                + " '.' || quote_ident(t.attname) end")
                .joined(OF_CLASS.formatted("attrelid"))
                .where("t.attnum > 0 and not t.attisdropped")
                .in("'pg_class ' || t.attrelid::regclass::text")
                .in(inherited("pg_attribute", "", " || '.' || quote_ident(t.attname)", "t.attrelid")
                        + " || case when t.attinhcount > 0 then '' end")
                .in("'pg_attribute ' || nullif(c.reloftype, 0)::regtype::text || '.' || quote_ident(t.attname)")
                .with(
                        "~storage",
                        "case when c.relkind in ('r', 'p') then (select t.attstorage::text from pg_catalog.pg_type y"
                                + " where y.oid = t.atttypid and y.typstorage <> t.attstorage) end")
                .with(
                        "~collation",
                        "case when c.relkind in ('r', 'p') then (select t.attcollation::regcollation::text from"
                                + " pg_catalog.pg_type y where y.oid = t.atttypid and y.typcollation <> t.attcollation) end")
                .with("type", "case when c.relkind not in ('i', 'I') then format_type(t.atttypid, t.atttypmod) end")
                .with(
                        "position",
                        "case when c.relkind in ('i', 'I') then t.attnum::text when c.relkind in ('v', 'c') then (select"
                                + " count(*)::text from pg_catalog.pg_attribute p where p.attrelid = t.attrelid and p.attnum"
                                + " between 1 and t.attnum and not p.attisdropped) end");
    }

    /** The rule of a view is the view's own definition. */
    private static Shape rule() {
        return row(
                        "pg_rewrite",
                        "case when t.rulename = '_RETURN' then 'view' else 'rule' end",
                        "case when t.rulename = '_RETURN' then '' else quote_ident(t.rulename) || ' on ' end"
                                + " || t.ev_class::regclass::text")
                .about("case when t.rulename = '_RETURN' then 'pg_class' else 'pg_rewrite' end")
                .with(
                        "definition",
                        "case when t.rulename = '_RETURN' then pg_get_viewdef(t.ev_class) else pg_get_ruledef(t.oid) end");
    }

    /** What a part of a table has inherited: the same part of the parents. */
    private static String inherited(String catalog, String before, String after, String table) {
        return "(select string_agg('" + catalog + " ' || " + before + " h.inhparent::regclass::text" + after
                + ", chr(31)) from pg_catalog.pg_inherits h where h.inhrelid = " + table + ")";
    }

    /** A catalog whose rows say one thing about any object. */
    private static Shape remark(String catalog, String kind, String filter) {
        return part("objoid", catalog, "'" + kind + "'", Names.described("t.classoid", "t.objoid", "t.objsubid"))
                .where(filter)
                .in(Names.identity("t.classoid", "t.objoid", "t.objsubid"))
                .with("of", Names.identity("t.classoid", "t.objoid", "t.objsubid"));
    }

    /** A catalog that keeps one more row about a relation. */
    private static Shape relation(String owner) {
        String name = "t." + owner + "::regclass::text";
        return part(
                        owner,
                        "pg_class",
                        "case c.relkind when 'S' then 'sequence' when 'f' then 'foreign table' else 'table' end",
                        name)
                .joined(OF_CLASS.formatted(owner));
    }

    /** A catalog whose rows the server itself can name. */
    static Shape addressed(String catalog) {
        return row(catalog, Names.kindOfRow(catalog), Names.ofRow(catalog));
    }

    private static Shape row(String catalog, String kind, String object) {
        return part("oid", catalog, kind, object).in(Names.owners(catalog, "t.oid"));
    }

    /** Rows without an OID of their own. */
    static Shape part(String owner, String thing, String kind, String object) {
        return new Shape(owner, "", "true", "'" + thing + "'", kind, object, List.of(), List.of());
    }

    private Shape ofOwner(String other) {
        return new Shape(other, join, filter, thing, kind, object, parents, extras);
    }

    /** The same with one more catalog. */
    Shape joined(String sql) {
        return new Shape(owner, join + sql, filter, thing, kind, object, parents, extras);
    }

    Shape where(String sql) {
        return new Shape(owner, join, sql, thing, kind, object, parents, extras);
    }

    private Shape about(String sql) {
        return new Shape(owner, join, filter, sql, kind, object, parents, extras);
    }

    /** The same with one more thing that its rows fall with. */
    Shape in(String parent) {
        return new Shape(owner, join, filter, thing, kind, object, with(parents, parent), extras);
    }

    /** The same with one more field. */
    Shape with(String field, String sql) {
        return new Shape(owner, join, filter, thing, kind, object, parents, with(with(extras, field), sql));
    }

    private static List<String> with(List<String> list, String more) {
        List<String> all = new ArrayList<>(list);
        all.add(more);
        return List.copyOf(all);
    }
}
