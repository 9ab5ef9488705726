package dev.lockkeeper.catalog;

import java.util.List;

/**
 * What is special about a catalog: which of its rows count, what its rows are called, and which of its values only a
 * function of the server can print.
 *
 * @param owner the column whose OID tells rows of initdb (below 16384) from those of users
 * @param filter which rows count
 * @param kind SQL for what a row is
 * @param object SQL for its name
 * @param parent SQL for the name of what it is part of
 * @param extras further fields: name and SQL, in turn
 */
record Shape(String owner, String filter, String kind, String object, String parent, List<String> extras) {
    private static final String NO_TOAST =
            " not in (select n.oid from pg_catalog.pg_namespace n where n.nspname ~ '^pg_(toast|temp_)')";

    static Shape shape(String owner, String filter, String kind, String object, String parent, String... extras) {
        return new Shape(owner, filter, kind, object, parent, List.of(extras));
    }

    static Shape of(String catalog) {
        return switch (catalog) {
            case "pg_class" ->
                shape(
                        "oid",
                        "t.relnamespace" + NO_TOAST,
                        address(catalog, "type"),
                        "t.oid::regclass::text",
                        "coalesce((select i.indrelid::regclass::text from pg_catalog.pg_index i where i.indexrelid = t.oid),"
                                + " (select d.refobjid::regclass::text from pg_catalog.pg_depend d where t.relkind = 'S'"
                                + " and d.classid = 'pg_catalog.pg_class'::regclass and d.objid = t.oid and d.objsubid = 0"
                                + " and d.refclassid = 'pg_catalog.pg_class'::regclass and d.deptype in ('a', 'i') limit 1),"
                                + " t.relnamespace::regnamespace::text)",
                        "partition bound",
                        "pg_get_expr(t.relpartbound, t.oid)",
                        "toast options",
                        "(select x.reloptions::text from pg_catalog.pg_class x where x.oid = t.reltoastrelid)");
            case "pg_attribute" ->
                shape(
                        "attrelid",
                        "t.attnum > 0 and not t.attisdropped and exists (select from pg_catalog.pg_class c where c.oid ="
                                + " t.attrelid and c.relnamespace" + NO_TOAST + ")",
                        "'column'",
                        "t.attrelid::regclass::text || '.' || quote_ident(t.attname)",
                        "t.attrelid::regclass::text",
                        "position",
                        "(select case when c.relkind in ('v', 'c') then (select count(*)::text from pg_catalog.pg_attribute"
                                + " p where p.attrelid = t.attrelid and p.attnum between 1 and t.attnum and not"
                                + " p.attisdropped) end from pg_catalog.pg_class c where c.oid = t.attrelid)");
            case "pg_attrdef" ->
                shape(
                        "adrelid",
                        "true",
                        "'default'",
                        "t.adrelid::regclass::text || '.' || (select quote_ident(a.attname) from pg_catalog.pg_attribute a"
                                + " where a.attrelid = t.adrelid and a.attnum = t.adnum)",
                        "t.adrelid::regclass::text || '.' || (select quote_ident(a.attname) from pg_catalog.pg_attribute a"
                                + " where a.attrelid = t.adrelid and a.attnum = t.adnum)",
                        "definition",
                        "pg_get_expr(t.adbin, t.adrelid)");
            case "pg_constraint" ->
                shape(
                        "oid",
                        "true",
                        "'constraint'",
                        "quote_ident(t.conname) || ' on ' || case when t.conrelid <> 0 then t.conrelid::regclass::text else"
                                + " t.contypid::regtype::text end",
                        "case when t.conrelid <> 0 then t.conrelid::regclass::text else t.contypid::regtype::text end",
                        "definition",
                        "pg_get_constraintdef(t.oid)");
            case "pg_index" ->
                shape(
                        "indexrelid",
                        "exists (select from pg_catalog.pg_class c where c.oid = t.indexrelid and c.relnamespace"
                                + NO_TOAST + ")",
                        "'index'",
                        "t.indexrelid::regclass::text",
                        "t.indrelid::regclass::text",
                        "definition",
                        "pg_get_indexdef(t.indexrelid)");
            case "pg_rewrite" ->
                shape(
                        "oid",
                        "true",
                        "case when t.rulename = '_RETURN' then 'view' else 'rule' end",
                        "case when t.rulename = '_RETURN' then '' else quote_ident(t.rulename) || ' on ' end"
                                + " || t.ev_class::regclass::text",
                        "t.ev_class::regclass::text",
                        "definition",
                        "pg_get_ruledef(t.oid)");
            case "pg_trigger" ->
                shape(
                        "oid",
                        "true",
                        "'trigger'",
                        Columns.trigger("t"),
                        "t.tgrelid::regclass::text",
                        "definition",
                        "case when not t.tgisinternal then pg_get_triggerdef(t.oid) end");
            case "pg_proc" ->
                shape(
                        "oid",
                        "true",
                        address(catalog, "type"),
                        "t.oid::regprocedure::text",
                        "t.pronamespace::regnamespace::text",
                        "arguments",
                        "pg_get_function_arguments(t.oid)",
                        "body",
                        "pg_get_function_sqlbody(t.oid)");
            case "pg_type" ->
                shape(
                        "oid",
                        "t.typnamespace" + NO_TOAST,
                        "case when t.typtype = 'd' then 'domain' else 'type' end",
                        "t.oid::regtype::text",
                        "case when t.typrelid <> 0 then t.typrelid::regclass::text when t.typcategory = 'A' and t.typelem <> 0"
                                + " then t.typelem::regtype::text else t.typnamespace::regnamespace::text end",
                        "default",
                        "pg_get_expr(t.typdefaultbin, 0)");
            case "pg_enum" ->
                shape(
                        "enumtypid",
                        "true",
                        "'enum label'",
                        "t.enumtypid::regtype::text || '.' || quote_literal(t.enumlabel)",
                        "t.enumtypid::regtype::text",
                        "position",
                        "(select count(*)::text from pg_catalog.pg_enum p where p.enumtypid = t.enumtypid and p.enumsortorder"
                                + " <= t.enumsortorder)");
            case "pg_policy" ->
                shape(
                        "oid",
                        "true",
                        "'policy'",
                        "quote_ident(t.polname) || ' on ' || t.polrelid::regclass::text",
                        "t.polrelid::regclass::text",
                        "using",
                        "pg_get_expr(t.polqual, t.polrelid)",
                        "with check",
                        "pg_get_expr(t.polwithcheck, t.polrelid)");
            case "pg_partitioned_table" -> relation("partrelid", "partition key", "pg_get_partkeydef(t.partrelid)");
            case "pg_sequence" -> relation("seqrelid", "sequence", "null::text");
            case "pg_foreign_table" -> relation("ftrelid", "foreign table", "null::text");
            case "pg_inherits" ->
                shape(
                        "inhrelid",
                        "true",
                        "'inheritance'",
                        "t.inhrelid::regclass::text || ' from ' || t.inhparent::regclass::text",
                        "t.inhrelid::regclass::text");
            case "pg_aggregate" ->
                shape(
                        "aggfnoid",
                        "true",
                        "'aggregate'",
                        "t.aggfnoid::oid::regprocedure::text",
                        "t.aggfnoid::oid::regprocedure::text");
            case "pg_range" ->
                shape("rngtypid", "true", "'range'", "t.rngtypid::regtype::text", "t.rngtypid::regtype::text");
            case "pg_ts_config_map" ->
                shape(
                        "mapcfg",
                        "true",
                        "'text search mapping'",
                        "t.mapcfg::regconfig::text || ' ' || t.maptokentype || ' ' || t.mapseqno",
                        "t.mapcfg::regconfig::text");
            case "pg_description", "pg_seclabel" ->
                shape(
                        "objoid",
                        "true",
                        catalog.equals("pg_description") ? "'comment'" : "'security label'",
                        "(pg_identify_object(t.classoid, t.objoid, t.objsubid)).type || ' ' ||"
                                + " (pg_identify_object(t.classoid, t.objoid, t.objsubid)).identity",
                        "(pg_identify_object(t.classoid, t.objoid, t.objsubid)).identity");
            case "pg_init_privs" ->
                shape(
                        "objoid",
                        "true",
                        "'initial privileges'",
                        "(pg_identify_object(t.classoid, t.objoid, t.objsubid)).type || ' ' ||"
                                + " (pg_identify_object(t.classoid, t.objoid, t.objsubid)).identity",
                        "(pg_identify_object(t.classoid, t.objoid, t.objsubid)).identity");
            case "pg_publication_rel" -> addressed(catalog, "filter", "pg_get_expr(t.prqual, t.prrelid)");
            case "pg_statistic_ext" -> addressed(catalog, "definition", "pg_get_statisticsobjdef(t.oid)");
            case "pg_subscription" ->
                shape(
                        "oid",
                        "t.subdbid = (select d.oid from pg_catalog.pg_database d where d.datname = current_database())",
                        "'subscription'",
                        "quote_ident(t.subname)",
                        "''");
            default -> addressed(catalog);
        };
    }

    /** A catalog that keeps one more row about a relation. */
    private static Shape relation(String owner, String kind, String definition) {
        String name = "t." + owner + "::regclass::text";
        return shape(owner, "true", "'" + kind + "'", name, name, "definition", definition);
    }

    /** A catalog whose rows the server itself can name. */
    private static Shape addressed(String catalog, String... extras) {
        return shape("oid", "true", address(catalog, "type"), address(catalog, "identity"), "''", extras);
    }

    private static String address(String catalog, String field) {
        return "(pg_identify_object('pg_catalog." + catalog + "'::regclass, t.oid, 0))." + field;
    }
}
