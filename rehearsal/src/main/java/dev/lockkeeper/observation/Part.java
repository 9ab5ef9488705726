package dev.lockkeeper.observation;

import dev.lockkeeper.database.Session;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A table as it is after a script, or one of its columns, constraints and indexes.
 *
 * @param kind which of them
 * @param table the name of the table, with schema
 * @param name its own name; that of the table for the table itself
 * @param traits what the catalogs say of it; further {@code columns}, the names of a constraint's or an index's columns with
 *     commas between, {@code definition} of a constraint or an index, {@code comment}, and of a table {@code parent} and {@code
 *     default}, the DEFAULT partition of its parent
 */
public record Part(Kind kind, String table, String name, Traits traits) {
    /** Of what. */
    public enum Kind {
        TABLE,
        COLUMN,
        CONSTRAINT,
        INDEX
    }

    /**
     * Reads all parts of the tables that some effects concern, in the order of their names; columns in the order of the table.
     *
     * @param session one that holds no lock that others wait for
     */
    public static List<Part> of(Session session, Collection<Observation> seen) {
        TreeSet<String> tables = seen.stream()
                .flatMap(one -> one.effects().stream())
                .flatMap(effect -> Stream.of("oid", "attrelid", "conrelid", "indrelid", "adrelid", "tgrelid")
                        .map(name -> effect.now().get(name))
                        .filter(oid -> oid != null && !oid.equals("0")))
                .collect(Collectors.toCollection(TreeSet::new));
        return tables.isEmpty()
                ? List.of()
                : session.query(sql(String.join(",", tables))).stream()
                        .map(Part::of)
                        .toList();
    }

    private static Part of(@Nullable String[] row) {
        return new Part(
                Kind.valueOf(Onlooker.text(row, 0)),
                Onlooker.text(row, 1),
                Onlooker.text(row, 2),
                Traits.NONE.with(row[3]));
    }

    private static String sql(String tables) {
        String columns = "(select string_agg(a.attname, ',' order by k.n) from unnest(%s) with ordinality k (a, n)"
                + " join pg_attribute a on a.attrelid = c.oid and a.attnum = k.a)";
        String comment = "'comment', (select d.description from pg_description d where d.classoid = '%s'::regclass"
                + " and d.objoid = %s and d.objsubid = %s)";
        return "with t as (select c.*, c.oid as id, i.identity, n.nspname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
                + " cross join lateral pg_identify_object('pg_class'::regclass, c.oid, 0) i where c.oid = any (array["
                + tables + "]::oid[]) and c.relkind in ('r', 'p', 'f', 'm', 'v') and c.relpersistence <> 't')"
                + " select p.kind, p.table, p.name, " + Traits.sql("p.traits") + " from ("
                + part(
                        "TABLE",
                        "c.relname",
                        "to_jsonb(c)",
                        "0, c.relname::text",
                        String.format(comment, "pg_class", "c.id", "0")
                                + ", 'parent', (select (pg_identify_object('pg_class'::regclass, h.inhparent, 0)).identity"
                                + " from pg_inherits h where h.inhrelid = c.id limit 1), 'default',"
                                + " (select (pg_identify_object('pg_class'::regclass, d.partdefid, 0)).identity from pg_inherits h"
                                + " join pg_partitioned_table d on d.partrelid = h.inhparent where h.inhrelid = c.id)",
                        "t c")
                + " union all "
                + part(
                        "COLUMN",
                        "a.attname",
                        "to_jsonb(a)",
                        "a.attnum, ''",
                        "'type', format_type(a.atttypid, a.atttypmod), 'owns', (select pg_get_serial_sequence(c.identity, a.attname)), "
                                + String.format(comment, "pg_class", "c.id", "a.attnum"),
                        "t c join pg_attribute a on a.attrelid = c.id and a.attnum > 0 and not a.attisdropped")
                + " union all "
                + part(
                        "CONSTRAINT",
                        "k.conname",
                        "to_jsonb(k)",
                        "10000, k.conname::text",
                        "'columns', " + String.format(columns, "k.conkey").replace("c.oid", "c.id")
                                + ", 'definition', pg_get_constraintdef(k.oid), 'references',"
                                + " (pg_identify_object('pg_class'::regclass, k.confrelid, 0)).identity, "
                                + String.format(comment, "pg_constraint", "k.oid", "0"),
                        "t c join pg_constraint k on k.conrelid = c.id")
                + " union all "
                + part(
                        "INDEX",
                        "ic.relname",
                        "to_jsonb(x) || to_jsonb(ic)",
                        "20000, ic.relname::text",
                        "'columns', "
                                + String.format(columns, "x.indkey::int2[]").replace("c.oid", "c.id")
                                + ", 'definition', pg_get_indexdef(x.indexrelid), "
                                + String.format(comment, "pg_class", "x.indexrelid", "0"),
                        "t c join pg_index x on x.indrelid = c.id join pg_class ic on ic.oid = x.indexrelid")
                + ") p (kind, \"table\", name, traits, n, o) order by 2, n, o";
    }

    private static String part(String kind, String name, String row, String order, String extra, String from) {
        return "select '" + kind + "', c.identity, " + name + "::text, " + row + " || jsonb_build_object(" + extra
                + "), " + order + " from " + from;
    }
}
