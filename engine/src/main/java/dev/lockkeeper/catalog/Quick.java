package dev.lockkeeper.catalog;

import java.util.Map;

/** What a digest is made of where the general way costs the server much: see {@link Columns#quick}. */
final class Quick {
    /** SQL for columns; an empty one where another column tells the same. */
    static final Map<String, String> COLUMNS = Map.ofEntries(
            Map.entry("pg_attribute.attnum", "t.attnum"),
            Map.entry("pg_attribute.atttypmod", "t.atttypmod"),
            // the schema is known, so the name alone tells the relation
            Map.entry("pg_attribute.attrelid", "c.relname"),
            Map.entry("pg_attribute.attname", "case when c.relkind not in ('i', 'I') then t.attname end"),
            Map.entry("pg_attrdef.adrelid", "k.relname"),
            Map.entry("pg_class.reltype", ""),
            Map.entry("pg_constraint.conrelid", "k.relname"),
            Map.entry("pg_constraint.conindid", "i.relname"),
            Map.entry("pg_index.indexrelid", "c.relname"),
            Map.entry("pg_index.indrelid", "k.relname"),
            Map.entry("pg_index.indkey", "t.indkey::text"),
            Map.entry("pg_rewrite.ev_class", "k.relname"),
            Map.entry("pg_sequence.seqrelid", "c.relname"),
            Map.entry("pg_trigger.tgrelid", "k.relname"),
            Map.entry("pg_trigger.tgconstrrelid", "j.relname"),
            Map.entry("pg_trigger.tgconstrindid", ""),
            Map.entry(
                    "pg_trigger.tgconstraint",
                    "(select o.conname from pg_catalog.pg_constraint o where o.oid = t.tgconstraint)"),
            Map.entry("pg_type.typrelid", ""),
            Map.entry("pg_type.typarray", ""));

    /** The relation that the expressions of a catalog are about. */
    static final Map<String, String> TREES =
            Map.of("pg_attrdef", "t.adrelid", "pg_constraint", "t.conrelid", "pg_index", "t.indrelid");

    /** Further catalogs that the columns above need. */
    static final Map<String, String> JOINS = Map.of(
            "pg_index", " join pg_catalog.pg_class k on k.oid = t.indrelid",
            "pg_constraint",
                    " left join pg_catalog.pg_class k on k.oid = t.conrelid left join pg_catalog.pg_class i on i.oid ="
                            + " t.conindid",
            "pg_trigger", " left join pg_catalog.pg_class j on j.oid = t.tgconstrrelid");

    private Quick() {}

    /**
     * An expression as the server prints it, which is what is compared in the end. To take out of its tree where it stood in its
     * statement, by a regular expression, was seen to cost the server two to three times as much.
     */
    static String tree(String value, String relation) {
        return "pg_get_expr(" + value + ", " + relation + ")";
    }
}
