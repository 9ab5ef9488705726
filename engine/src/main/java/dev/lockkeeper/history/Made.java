package dev.lockkeeper.history;

import static dev.lockkeeper.database.Quote.literal;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a repeatable script has made, as the server's catalog tells it: the rows that its transaction has written there, each
 * with a digest of what defines the object. No lock is taken for it, and no name resolved.
 */
final class Made {
    /** What defines a row {@code o} of a catalog; neither rights nor statistics, which others change. */
    private static final Map<String, String> DEFINITIONS = definitions();

    private Made() {}

    private static Map<String, String> definitions() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put(
                "pg_class",
                "o.relkind, o.relname, o.relnamespace, (select string_agg(concat_ws('|', w.rulename, w.ev_type,"
                        + " w.ev_enabled, w.is_instead, w.ev_qual, w.ev_action), ',' order by w.rulename collate \"C\")"
                        + " from pg_catalog.pg_rewrite w where w.ev_class = o.oid), (select concat_ws('|', i.indrelid,"
                        + " i.indisunique, i.indisvalid, i.indkey, i.indclass, i.indexprs, i.indpred) from"
                        + " pg_catalog.pg_index i where i.indexrelid = o.oid)");
        all.put(
                "pg_proc",
                "o.proname, o.pronamespace, o.prolang, o.prokind, o.prosecdef, o.proleakproof, o.proisstrict, o.proretset,"
                        + " o.provolatile, o.proparallel, o.prorettype, o.proargtypes, o.proallargtypes, o.proargmodes,"
                        + " o.proargnames, o.proargdefaults, o.prosrc, o.probin, o.prosqlbody, o.proconfig");
        all.put(
                "pg_trigger",
                "o.tgrelid, o.tgname, o.tgfoid, o.tgtype, o.tgenabled, o.tgattr, o.tgargs, o.tgqual, o.tgdeferrable,"
                        + " o.tginitdeferred");
        all.put("pg_policy", "o.polname, o.polrelid, o.polcmd, o.polpermissive, o.polroles, o.polqual, o.polwithcheck");
        all.put(
                "pg_type",
                "o.typname, o.typnamespace, o.typtype, o.typnotnull, o.typbasetype, o.typdefault, (select"
                        + " string_agg(e.enumlabel, ',' order by e.enumsortorder) from pg_catalog.pg_enum e where"
                        + " e.enumtypid = o.oid)");
        all.put("pg_constraint", "o.conname, o.conrelid, o.contypid, o.contype, o.conkey, o.confrelid, o.conbin");
        all.put("pg_operator", "o.oprname, o.oprnamespace, o.oprleft, o.oprright, o.oprcode");
        all.put("pg_cast", "o.castsource, o.casttarget, o.castfunc, o.castcontext");
        all.put("pg_namespace", "o.nspname");
        all.put("pg_extension", "o.extname, o.extversion");
        all.put("pg_event_trigger", "o.evtname, o.evtevent, o.evtfoid, o.evtenabled, o.evttags");
        return all;
    }

    private static String digest(String catalog) {
        return "md5(concat_ws('|', " + DEFINITIONS.get(catalog) + "))";
    }

    /**
     * An expression for what the transaction has made: a line {@code catalog oid digest} for each object; with the lines of
     * an earlier run whose objects are still there, since a script may leave alone what exists. Null when nothing tells what
     * the script did, because it ran in other transactions.
     *
     * @param transaction an expression for the transaction, null when it has written nothing before
     * @param before a query for the text of the earlier run
     */
    static String sql(String transaction, String before) {
        String rows = DEFINITIONS.keySet().stream()
                .map(catalog -> "select '" + catalog + " ' || o.oid || ' ' || " + digest(catalog) + " as line from"
                        + " pg_catalog." + catalog + " o where age(o.xmin) <= age(" + transaction + "::xid)"
                        + (catalog.equals("pg_class")
                                ? " or (age(o.xmin) > age(" + transaction + "::xid) and exists"
                                        + " (select from pg_catalog.pg_rewrite w where w.ev_class = o.oid and age(w.xmin) <= age("
                                        + transaction + "::xid)))"
                                : "")
                        + (catalog.equals("pg_trigger") ? " and not o.tgisinternal" : ""))
                .collect(Collectors.joining(" union all "));
        String earlier = DEFINITIONS.keySet().stream()
                .map(catalog -> "select '" + catalog + " ' || o.oid || ' ' || " + digest(catalog) + " from pg_catalog."
                        + catalog + " o join unnest(string_to_array((" + before + "), E'\\n')) b (line) on split_part("
                        + "b.line, ' ', 1) = '" + catalog + "' and o.oid = split_part(b.line, ' ', 2)::oid")
                .collect(Collectors.joining(" union all "));
        return "case when " + transaction
                + " is not null then (select coalesce(string_agg(distinct line, E'\\n'), '') from (" + rows
                + " union all " + earlier + ") made) end";
    }

    /** A condition: all that the text {@code made} names is there and is what it was. */
    static String keptSql(String made) {
        String now = DEFINITIONS.keySet().stream()
                .map(catalog -> "when '" + catalog + "' then (select " + digest(catalog) + " from pg_catalog." + catalog
                        + " o where o.oid = split_part(b.line, ' ', 2)::oid)")
                .collect(Collectors.joining(" "));
        return "not exists (select from unnest(string_to_array(" + made + ", E'\\n')) b (line) where b.line <> '' and"
                + " (case split_part(b.line, ' ', 1) " + now + " end) is distinct from split_part(b.line, ' ', 3))";
    }

    /** A query for what the newest run of a script has made. */
    static String before(String table, String component, String name) {
        return "select r.made from " + table + " r where r.component = " + literal(component) + " and r.name = "
                + literal(name) + " order by r.id desc limit 1";
    }
}
