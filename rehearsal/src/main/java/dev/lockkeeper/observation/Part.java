package dev.lockkeeper.observation;

import dev.lockkeeper.database.Quote;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.sql.Reading;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A table as it is after a script, or one of its columns, constraints, indexes and partitions; or a routine that names what is
 * not there any more.
 *
 * @param kind which of them
 * @param table the name of the table, with schema; for a routine, the former name of what it names
 * @param name its own name; that of the table for the table itself; with schema for a partition or a routine
 * @param traits what the catalogs say of it; further {@code columns}, the names of a constraint's or an index's columns with
 *     commas between, {@code definition} of a constraint or an index, {@code comment}, and of a table {@code parent} and {@code
 *     default}, the DEFAULT partition of its parent
 */
public record Part(Kind kind, String table, String name, Traits traits) {
    /** What code names. */
    private static final Set<String> BY_NAME = Set.of(
            "table",
            "table column",
            "view",
            "materialized view",
            "foreign table",
            "sequence",
            "function",
            "procedure",
            "type");

    /** Of what. */
    public enum Kind {
        TABLE,
        COLUMN,
        CONSTRAINT,
        INDEX,
        /**
         * Of the tables, or of a table of which one of them is a partition. Its traits are {@code bound}, {@code strategy} (the
         * letter of pg_partitioned_table.partstrat) and {@code indexes}: what they index, one a line.
         */
        PARTITION,
        /** Its body is text to the server, so nothing kept the script from dropping or renaming what it names. */
        ROUTINE
    }

    /**
     * Reads all parts of the tables that some effects concern, in the order of their names; columns in the order of the table.
     *
     * @param session one that holds no lock that others wait for
     */
    public static List<Part> of(Session session, Collection<Observation> seen) {
        TreeSet<String> tables = seen.stream()
                .flatMap(one -> one.effects().stream())
                .flatMap(effect -> Stream.of("oid", "attrelid", "conrelid", "indrelid", "adrelid", "tgrelid", "prrelid")
                        .map(name -> effect.now().get(name))
                        .filter(oid -> oid != null && !oid.equals("0")))
                .collect(Collectors.toCollection(TreeSet::new));
        List<Part> parts = new ArrayList<>();
        if (!tables.isEmpty()) {
            String all = String.join(",", tables);
            session.query(sql(all)).forEach(row -> parts.add(of(row)));
            session.query(partitions(all)).forEach(row -> parts.add(of(row)));
        }
        String gone = seen.stream()
                .flatMap(one -> one.effects().stream())
                .flatMap(effect -> Part.gone(effect).stream())
                .distinct()
                .collect(Collectors.joining(", "));
        if (!gone.isEmpty()) {
            session.query(routines(gone)).forEach(row -> parts.add(of(row)));
        }
        return parts;
    }

    /** A row of what was called so before: its whole name, its schema, its table or the name itself, the name itself. */
    private static Optional<String> gone(Effect effect) {
        boolean renamed = effect.change() == Effect.Change.RENAMED;
        String whole = renamed ? effect.before() : effect.object();
        if (whole == null
                || !effect.old()
                || !BY_NAME.contains(effect.type())
                || !(renamed || effect.change() == Effect.Change.DROPPED)) {
            return Optional.empty();
        }
        Reading names = Reading.of(whole);
        int last = effect.type().equals("table column") ? 4 : 2;
        return Optional.of(Stream.of(whole, names.name(0), names.name(2), names.name(last))
                .map(Quote::literal)
                .collect(Collectors.joining(", ", "(", ")")));
    }

    /** A name without its schema means what is gone unless something else is called so. */
    private static String routines(String gone) {
        String quoted = "regexp_replace(%s, '(\\W)', '\\\\\\1', 'g')";
        String context = String.format(quoted, "g.c");
        return "select 'ROUTINE', g.o, (pg_identify_object('pg_proc'::regclass, p.oid, 0)).identity, '{}' from (values "
                + gone + ") g (o, s, c, n) join pg_proc p on p.prosrc ~* ('(^|\\W)' || " + String.format(quoted, "g.n")
                + " || '(\\W|$)') and (p.prosrc ~* ('(^|\\W)\"?' || " + String.format(quoted, "g.s")
                + " || '\"?\\.\"?' || " + context + " || '(\\W|$)') or (p.prosrc ~* ('(^|[^\\w.\"])\"?' || " + context
                + " || '(\\W|$)') and not exists (select from pg_class k join pg_namespace m on m.oid = k.relnamespace"
                + " where k.relname = g.c and m.nspname <> g.s)))"
                + " join pg_language l on l.oid = p.prolang where p.oid >= " + CatalogChanges.FIRST_USER_OID
                + " and l.lanname not in ('internal', 'c') and not exists (select from pg_depend d"
                + " where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e') order by 2, 3";
    }

    private static String partitions(String tables) {
        return "select 'PARTITION', (pg_identify_object('pg_class'::regclass, h.inhparent, 0)).identity, i.identity, "
                + Traits.sql(
                        "jsonb_build_object('bound', pg_get_expr(c.relpartbound, c.oid), 'strategy', t.partstrat,"
                                + " 'indexes', (select string_agg(case when x.indisunique then 'unique' else '' end || substr(x.def,"
                                + " position(i.identity || ' USING ' in x.def) + length(i.identity)), E'\\n')"
                                + " from (select indisunique, pg_get_indexdef(indexrelid) as def from pg_index where indrelid = c.oid) x))")
                + " from pg_inherits h join pg_class c on c.oid = h.inhrelid join pg_partitioned_table t on t.partrelid = h.inhparent"
                + " cross join lateral pg_identify_object('pg_class'::regclass, c.oid, 0) i where c.relispartition and h.inhparent in"
                + " (select o.inhparent from pg_inherits o where o.inhrelid = any (array[" + tables
                + "]::oid[]) union select unnest(array[" + tables + "]::oid[])) order by 2, 3";
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
