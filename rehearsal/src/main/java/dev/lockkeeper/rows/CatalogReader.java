package dev.lockkeeper.rows;

import dev.lockkeeper.database.Quote;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.rows.Table.Check;
import dev.lockkeeper.rows.Table.Column;
import dev.lockkeeper.rows.Table.Leaf;
import dev.lockkeeper.rows.Table.Reference;
import dev.lockkeeper.rows.Table.UniqueKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads tables and types from the system catalogs (manual, chapter "System Catalogs"). The model of {@code catalog.model} does not serve:
 * it goes by names and leaves out what every database has, while rows need OIDs, the types of PostgreSQL itself, bounds of leaves and
 * the bodies of triggers, so that this would be read beside it all the same.
 */
final class CatalogReader {
    /** The tables whose rows are somebody's: partitions count with what they are part of, members of extensions do not. */
    static final String MINE =
            "(select c.oid, n.nspname, c.relname, c.relkind from pg_class c join pg_namespace n on n.oid ="
                    + " c.relnamespace where c.relkind in ('r', 'p') and not c.relispartition and n.nspname !~ '^pg_' and n.nspname <>"
                    + " 'information_schema' and c.relpersistence <> 't' and not exists (select from pg_depend d where d.classid ="
                    + " 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'))";

    private static final String TABLES =
            "select oid, nspname, relname, relkind = 'p', (select md5(string_agg(concat(g.tgname, g.tgtype, g.tgenabled, p.prosrc),"
                    + " '' order by g.tgname)) from pg_trigger g join pg_proc p on p.oid = g.tgfoid where g.tgrelid = t.oid and not"
                    + " g.tgisinternal) from " + MINE + " t order by nspname, relname;";
    private static final String COLUMNS =
            "select a.attrelid, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod),"
                    + " a.atttypid, a.atttypmod, a.attnotnull, a.atthasdef or a.attidentity <> '', a.attgenerated <> '' from "
                    + MINE
                    + " t join pg_attribute a on a.attrelid = t.oid where a.attnum > 0 and not a.attisdropped order by a.attrelid,"
                    + " a.attnum;";
    private static final String CHECKS =
            "select conrelid, conname, pg_get_expr(conbin, conrelid), array_to_string(conkey, ',')"
                    + " from pg_constraint join " + MINE
                    + " t on t.oid = conrelid where contype = 'c' order by conrelid, conname;";
    private static final String REFERENCES =
            "select conrelid, conname, array_to_string(conkey, ','), confrelid, confrelid::regclass,"
                    + " (select string_agg(quote_ident(a.attname), ',' order by k.n) from unnest(confkey) with ordinality k(num, n)"
                    + " join pg_attribute a on a.attrelid = confrelid and a.attnum = k.num), condeferrable from pg_constraint join "
                    + MINE
                    + " t on t.oid = conrelid where contype = 'f' and conparentid = 0 order by conrelid, conname;";
    private static final String KEYS =
            "select i.indrelid, c.relname, i.indkey from pg_index i join pg_class c on c.oid ="
                    + " i.indexrelid join " + MINE
                    + " t on t.oid = i.indrelid where i.indisunique or i.indisexclusion order by i.indrelid, c.relname;";
    private static final String LEAVES =
            "select t.oid, p.relid::regclass, pg_get_partition_constraintdef(p.relid) from " + MINE
                    + " t cross join pg_partition_tree(t.oid) p join pg_class c on c.oid = p.relid where t.relkind = 'p' and p.isleaf and"
                    + " c.relkind = 'r' order by t.oid, p.relid::regclass::text;";
    private static final String TYPES =
            "select t.oid, t.typname, n.nspname = 'pg_catalog', t.typtype, t.typcategory, case"
                    + " t.typtype when 'd' then t.typbasetype when 'r' then r.rngsubtype when 'm' then m.rngsubtype else t.typelem end,"
                    + " t.typtypmod, t.typnotnull, (select string_agg(pg_get_constraintdef(k.oid), ' ' order by k.conname) from"
                    + " pg_constraint k where k.contypid = t.oid and k.contype = 'c') from pg_type t join pg_namespace n on n.oid ="
                    + " t.typnamespace left join pg_range r on r.rngtypid = t.oid left join pg_range m on m.rngmultitypid = t.oid left"
                    + " join pg_class c on c.oid = t.typrelid where c.oid is null or c.relkind = 'c' order by t.oid;";
    private static final String LABELS = "select enumtypid, enumlabel from pg_enum order by enumtypid, enumsortorder;";
    private static final String FIELDS =
            "select c.reltype, a.atttypid from pg_class c join pg_attribute a on a.attrelid = c.oid"
                    + " where c.relkind = 'c' and a.attnum > 0 and not a.attisdropped order by c.oid, a.attnum";

    /** What there is. */
    record Reading(List<Table> tables, Map<Long, Type> types) {
        Reading {
            tables = List.copyOf(tables);
            types = Map.copyOf(types);
        }
    }

    private final Map<Long, List<Column>> columns = new HashMap<>();

    private CatalogReader() {}

    static Reading read(Session session) {
        return new CatalogReader()
                .read(session.queryAll(
                        TABLES + COLUMNS + CHECKS + REFERENCES + KEYS + LEAVES + TYPES + LABELS + FIELDS));
    }

    private Reading read(List<List<@Nullable String[]>> answers) {
        for (@Nullable String[] row : answers.get(1)) {
            columns.computeIfAbsent(number(row[0]), oid -> new ArrayList<>())
                    .add(new Column(
                            Integer.parseInt(text(row[1])),
                            text(row[2]),
                            text(row[3]),
                            number(row[4]),
                            Integer.parseInt(text(row[5])),
                            yes(row[6]),
                            yes(row[7]),
                            yes(row[8])));
        }
        Map<Long, List<Check>> checks = new HashMap<>();
        for (@Nullable String[] row : answers.get(2)) {
            add(checks, row[0], new Check(text(row[1]), text(row[2]), Set.copyOf(names(row[0], row[3], ","))));
        }
        Map<Long, List<Reference>> references = new HashMap<>();
        for (@Nullable String[] row : answers.get(3)) {
            add(
                    references,
                    row[0],
                    new Reference(
                            text(row[1]),
                            names(row[0], row[2], ","),
                            number(row[3]),
                            text(row[4]),
                            split(text(row[5])),
                            yes(row[6])));
        }
        Map<Long, List<UniqueKey>> keys = new HashMap<>();
        for (@Nullable String[] row : answers.get(4)) {
            add(keys, row[0], new UniqueKey(text(row[1]), Set.copyOf(names(row[0], row[2], " "))));
        }
        Map<Long, List<Leaf>> leaves = new HashMap<>();
        for (@Nullable String[] row : answers.get(5)) {
            String bound = row[2];
            add(
                    leaves,
                    row[0],
                    new Leaf(
                            text(row[1]),
                            bound == null ? null : new Check("bounds of " + row[1], bound, mentioned(row[0], bound))));
        }
        List<Table> tables = answers.get(0).stream()
                .map(row -> new Table(
                        number(row[0]),
                        text(row[1]),
                        text(row[2]),
                        yes(row[3]),
                        row[4],
                        of(columns, row[0]),
                        of(checks, row[0]),
                        of(references, row[0]),
                        of(keys, row[0]),
                        of(leaves, row[0])))
                .toList();
        return new Reading(tables, types(answers));
    }

    private static Map<Long, Type> types(List<List<@Nullable String[]>> answers) {
        Map<Long, List<String>> labels = new HashMap<>();
        answers.get(7).forEach(row -> add(labels, row[0], text(row[1])));
        Map<Long, List<Long>> fields = new HashMap<>();
        answers.get(8).forEach(row -> add(fields, row[0], number(row[1])));
        Map<Long, Type> types = new HashMap<>();
        for (@Nullable String[] row : answers.get(6)) {
            types.put(
                    number(row[0]),
                    new Type(
                            text(row[1]),
                            yes(row[2]),
                            text(row[3]),
                            text(row[4]),
                            number(row[5]),
                            Integer.parseInt(text(row[6])),
                            yes(row[7]),
                            of(labels, row[0]),
                            of(fields, row[0]),
                            row[8]));
        }
        return types;
    }

    /** The columns that stand at these numbers; 0 stands for an expression. */
    private List<String> names(@Nullable String table, @Nullable String numbers, String separator) {
        if (numbers == null || numbers.isEmpty()) {
            return List.of();
        }
        List<String> names = new ArrayList<>();
        for (String number : Pattern.compile(separator).split(numbers, -1)) {
            of(columns, table).stream()
                    .filter(c -> c.number() == Integer.parseInt(number))
                    .forEach(c -> names.add(c.name()));
        }
        return names;
    }

    /** Bounds of partitions have no list of columns. */
    private Set<String> mentioned(@Nullable String table, String text) {
        Set<String> found = new LinkedHashSet<>();
        for (Column column : of(columns, table)) {
            boolean plain = Pattern.compile("(?<![\\w\"$'])" + Pattern.quote(column.name()) + "(?![\\w\"$'])")
                    .matcher(text)
                    .find();
            if (plain || text.contains(Quote.identifier(column.name()))) {
                found.add(column.name());
            }
        }
        return found;
    }

    /** Names as quote_ident writes them, between commas. */
    private static List<String> split(String names) {
        List<String> found = new ArrayList<>();
        Pattern.compile("\"((?:[^\"]|\"\")*)\"|[^,]+")
                .matcher(names)
                .results()
                .forEach(name -> found.add(
                        name.group(1) == null ? name.group() : name.group(1).replace("\"\"", "\"")));
        return found;
    }

    private static <T> void add(Map<Long, List<T>> lists, @Nullable String oid, T one) {
        lists.computeIfAbsent(number(oid), key -> new ArrayList<>()).add(one);
    }

    private static <T> List<T> of(Map<Long, List<T>> lists, @Nullable String oid) {
        return lists.getOrDefault(number(oid), List.of());
    }

    private static String text(@Nullable String value) {
        return Objects.requireNonNull(value);
    }

    private static long number(@Nullable String value) {
        return value == null ? 0 : Long.parseLong(value);
    }

    private static boolean yes(@Nullable String value) {
        return "t".equals(value);
    }
}
