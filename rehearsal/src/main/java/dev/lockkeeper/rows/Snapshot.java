package dev.lockkeeper.rows;

import dev.lockkeeper.database.Quote;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a database at one moment, the positions of its sequences and its large objects. Values are kept as the server
 * writes them, long ones as a digest.
 */
public final class Snapshot {
    /** Rows of a table that are looked at; of one with more nothing is said. */
    private static final int MOST = 20_000;

    private static final String COLUMNS = "select t.oid, t.nspname, t.relname, t.relkind = 'p', a.attnum, a.attname,"
            + " coalesce(a.attnum = any (i.indkey), false) from " + CatalogReader.MINE
            + " t left join pg_attribute a on"
            + " a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' left join pg_index i on"
            + " i.indrelid = t.oid and i.indisprimary order by t.nspname, t.relname, a.attnum;";
    private static final String SEQUENCES =
            "select c.oid, n.nspname, c.relname, s.seqincrement from pg_sequence s join pg_class c"
                    + " on c.oid = s.seqrelid join pg_namespace n on n.oid = c.relnamespace where n.nspname !~ '^pg_' and n.nspname <>"
                    + " 'information_schema' and c.relpersistence <> 't' and not exists (select from pg_depend d where d.classid ="
                    + " 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e') order by n.nspname, c.relname;";
    private static final String OBJECTS =
            "select concat_ws(' ', md5(lo_get(m.oid)), m.lomowner::regrole, m.lomacl) from"
                    + " pg_largeobject_metadata m order by 1";

    private static final BigInteger LARGEST = BigInteger.valueOf(Long.MAX_VALUE);

    /** A column by its number, which a change of its name leaves as it is. */
    record Part(int number, String name, boolean key) {}

    /**
     * The rows of a table, partitions included.
     *
     * @param rows a value for each column, in their order; null when they are too many or cannot be read
     * @param problem why they are not there; null when they are
     */
    record Rows(
            long oid,
            String schema,
            String table,
            List<Part> columns,
            @Nullable List<List<@Nullable String>> rows,
            @Nullable String problem) {}

    /** The number that a sequence gives next. */
    record Position(long oid, String schema, String name, long next, long increment) {}

    private final List<Rows> tables;
    private final List<Position> sequences;
    private final List<String> objects;

    private Snapshot(List<Rows> tables, List<Position> sequences, List<String> objects) {
        this.tables = tables;
        this.sequences = sequences;
        this.objects = objects;
    }

    /** Whether a database has tables or large objects, without which nothing can be lost. */
    public static boolean isWorthwhile(Session session) {
        return "t"
                .equals(session.query("select exists (select from " + CatalogReader.MINE
                                + " t) or exists (select from pg_largeobject_metadata)")
                        .get(0)[0]);
    }

    /**
     * Reads all rows.
     *
     * @param session of a superuser, so that no policy hides a row
     */
    public static Snapshot of(Session session) {
        List<List<@Nullable String[]>> answers = session.queryAll(COLUMNS + SEQUENCES + OBJECTS);
        Map<Long, List<@Nullable String[]>> byTable = answers.get(0).stream()
                .collect(Collectors.groupingBy(row -> number(row[0]), LinkedHashMap::new, Collectors.toList()));
        return new Snapshot(
                tables(session, byTable.values().stream().map(Snapshot::shape).toList()),
                positions(session, answers.get(1)),
                answers.get(2).stream().map(row -> text(row[0])).toList());
    }

    List<Rows> tables() {
        return tables;
    }

    List<Position> sequences() {
        return sequences;
    }

    List<String> objects() {
        return objects;
    }

    /** How many rows it holds. */
    public long size() {
        return tables.stream()
                .mapToLong(t -> t.rows() == null ? 0 : t.rows().size())
                .sum();
    }

    /** A table and how its rows are asked for. */
    private record Shape(Rows table, String sql) {}

    private static Shape shape(List<@Nullable String[]> columns) {
        List<Part> parts = new ArrayList<>();
        List<String> values = new ArrayList<>();
        for (@Nullable String[] row : columns) {
            if (row[5] != null) {
                parts.add(new Part((int) number(row[4]), row[5], "t".equals(row[6])));
                String value = "\"lk t\"." + Quote.identifier(row[5]);
                values.add("case when " + value
                        + " is distinct from null then (select case when octet_length(v) > 1000 then"
                        + " 'md5 ' || md5(v) else v end from format('%s', " + value + ") f(v)) end");
            }
        }
        @Nullable String[] first = columns.get(0);
        String schema = text(first[1]);
        String name = text(first[2]);
        String sql = "select " + String.join(", ", values) + (values.isEmpty() ? "null" : "") + " from "
                + ("t".equals(first[3]) ? "" : "only ") + Quote.identifier(schema) + "." + Quote.identifier(name)
                + " \"lk t\" limit " + (MOST + 1);
        return new Shape(new Rows(number(first[0]), schema, name, List.copyOf(parts), null, null), sql);
    }

    private static List<Rows> tables(Session session, List<Shape> shapes) {
        List<Rows> tables = new ArrayList<>();
        try {
            List<List<@Nullable String[]>> answers =
                    session.queryAll(shapes.stream().map(Shape::sql).collect(Collectors.joining(";")));
            for (int i = 0; i < shapes.size(); i++) {
                tables.add(rows(shapes.get(i).table(), answers.get(i)));
            }
        } catch (SqlFailure e) {
            if (e.connectionLost()) {
                throw e;
            }
            if (shapes.size() == 1) {
                return List.of(unread(shapes.get(0).table(), e.error().message()));
            }
            shapes.forEach(shape -> tables.addAll(tables(session, List.of(shape))));
        }
        return List.copyOf(tables);
    }

    private static Rows rows(Rows table, List<@Nullable String[]> answer) {
        if (answer.size() > MOST) {
            return unread(table, "it has more than " + MOST + " rows");
        }
        List<List<@Nullable String>> rows = new ArrayList<>();
        for (@Nullable String[] row : answer) {
            rows.add(Arrays.asList(row));
        }
        return new Rows(table.oid(), table.schema(), table.table(), table.columns(), rows, null);
    }

    private static Rows unread(Rows table, String why) {
        return new Rows(table.oid(), table.schema(), table.table(), table.columns(), null, why);
    }

    private static List<Position> positions(Session session, List<@Nullable String[]> sequences) {
        if (sequences.isEmpty()) {
            return List.of();
        }
        List<List<@Nullable String[]>> answers = session.queryAll(sequences.stream()
                .map(row -> "select case when is_called then last_value::numeric + " + row[3]
                        + " else last_value end from " + Quote.identifier(text(row[1])) + "."
                        + Quote.identifier(text(row[2])))
                .collect(Collectors.joining(";")));
        List<Position> positions = new ArrayList<>();
        for (int i = 0; i < sequences.size(); i++) {
            @Nullable String[] row = sequences.get(i);
            positions.add(new Position(
                    number(row[0]),
                    text(row[1]),
                    text(row[2]),
                    // one that is used up would be beyond the numbers there are
                    new BigInteger(text(answers.get(i).get(0)[0])).min(LARGEST).longValue(),
                    number(row[3])));
        }
        return List.copyOf(positions);
    }

    private static String text(@Nullable String value) {
        return Objects.requireNonNull(value);
    }

    private static long number(@Nullable String value) {
        return Long.parseLong(text(value));
    }
}
