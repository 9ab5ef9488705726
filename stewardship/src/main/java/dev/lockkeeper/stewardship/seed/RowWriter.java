package dev.lockkeeper.stewardship.seed;

import dev.lockkeeper.catalog.model.Column;
import dev.lockkeeper.database.Quote;
import dev.lockkeeper.database.RowSession;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.stewardship.Refused;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Brings the rows of files to their tables: those that are not there are inserted, those that differ updated. */
final class RowWriter {
    private static final int ROWS = 200;

    private final RowSession session;
    private final Finder finder;

    RowWriter(RowSession session, Finder finder) {
        this.session = session;
        this.finder = finder;
    }

    /** A row with the texts of its cells. */
    private record Spelled(Place place, Map<String, @Nullable String> values) {}

    /** Brings the rows of a set, in their order. */
    TableCount write(Bound bound) {
        finder.forget();
        long[] counts = new long[2];
        for (List<RowSet.Line> lines : parts(bound)) {
            if (bound.refersToItself()) {
                finder.forget();
            }
            finder.prepare(lines);
            List<Spelled> rows =
                    lines.stream().map(line -> spelled(bound, line)).toList();
            long[] more = write(bound, rows);
            counts[0] += more[0];
            counts[1] += more[1];
        }
        return new TableCount(
                bound.relation().name().toString(),
                counts[0],
                counts[1],
                bound.set().lines().size());
    }

    /** Rows that say something of the same columns, one after the other. */
    private static List<List<RowSet.Line>> parts(Bound bound) {
        int most = bound.refersToItself() ? 1 : ROWS;
        List<List<RowSet.Line>> parts = new ArrayList<>();
        List<RowSet.Line> part = new ArrayList<>();
        for (RowSet.Line line : bound.set().lines()) {
            boolean fits = part.isEmpty()
                    || (part.size() < most
                            && part.get(0).cells().keySet().equals(line.cells().keySet()));
            if (!fits) {
                parts.add(part);
                part = new ArrayList<>();
            }
            part.add(line);
        }
        if (!part.isEmpty()) {
            parts.add(part);
        }
        return parts;
    }

    private Spelled spelled(Bound bound, RowSet.Line line) {
        Map<String, @Nullable String> values = new LinkedHashMap<>();
        line.cells()
                .forEach((name, cell) -> values.put(
                        name,
                        finder.value(cell, bound.column(name))
                                .orElseThrow(() -> finder.missing((Cell.Found) cell))[0]));
        return new Spelled(line.place(), values);
    }

    private long there(Bound bound, List<Spelled> rows) {
        String condition = rows.stream()
                .map(row -> "(" + Bound.has(key(bound, row.values())) + ")")
                .collect(Collectors.joining(" or "));
        String partial = bound.arbiter().condition();
        return Long.parseLong(String.valueOf(session.query("select count(*) from " + bound.table() + " where ("
                        + condition + ")" + (partial == null ? "" : " and (" + partial + ")"))
                .get(0)[0]));
    }

    private static Map<String, @Nullable String> key(Bound bound, Map<String, @Nullable String> values) {
        Map<String, @Nullable String> key = new LinkedHashMap<>();
        bound.set().key().forEach(name -> key.put(name, values.get(name)));
        return key;
    }

    /** How many rows were inserted, and how many updated. */
    private long[] write(Bound bound, List<Spelled> rows) {
        session.mark();
        try {
            long missing = rows.size() - there(bound, rows);
            long changed = session.query(upsert(bound, rows)).size();
            session.forget();
            return new long[] {Math.min(missing, changed), Math.max(0, changed - missing)};
        } catch (SqlFailure e) {
            if (e.connectionLost() || rows.size() == 1) {
                throw Refused.problem(
                                e,
                                "the server refuses a row of "
                                        + bound.relation().name(),
                                rows.get(0).place())
                        .asException(e);
            }
            session.back();
            // one by one, so that the row that is refused can be named
            long[] counts = new long[2];
            for (Spelled row : rows) {
                long[] more = write(bound, List.of(row));
                counts[0] += more[0];
                counts[1] += more[1];
            }
            return counts;
        }
    }

    private static String upsert(Bound bound, List<Spelled> rows) {
        List<String> columns = List.copyOf(rows.get(0).values().keySet());
        boolean always =
                columns.stream().anyMatch(name -> bound.column(name).making() == Column.Making.IDENTITY_ALWAYS);
        StringBuilder sql = new StringBuilder("insert into ")
                .append(bound.table())
                .append(" as \"lk t\" (")
                .append(names(columns))
                .append(always ? ") overriding system value values " : ") values ");
        sql.append(rows.stream()
                .map(row -> columns.stream()
                        .map(name -> Bound.literal(row.values().get(name)))
                        .collect(Collectors.joining(", ", "(", ")")))
                .collect(Collectors.joining(", ")));
        String partial = bound.arbiter().condition();
        sql.append(" on conflict (").append(names(bound.set().key())).append(')');
        sql.append(partial == null ? "" : " where (" + partial + ")");
        List<String> others = columns.stream()
                .filter(name -> !bound.set().key().contains(name))
                .toList();
        if (others.isEmpty() || bound.set().keeps()) {
            return sql.append(" do nothing returning 1").toString();
        }
        return sql.append(" do update set ")
                .append(others.stream()
                        .map(name -> Quote.identifier(name) + " = excluded." + Quote.identifier(name))
                        .collect(Collectors.joining(", ")))
                .append(" where ")
                .append(others.stream().map(RowWriter::differs).collect(Collectors.joining(" or ")))
                .append(" returning 1")
                .toString();
    }

    private static String differs(String name) {
        return "(" + Bound.asText("\"lk t\"." + Quote.identifier(name)) + ") is distinct from ("
                + Bound.asText("excluded." + Quote.identifier(name)) + ")";
    }

    private static String names(List<String> columns) {
        return columns.stream().map(Quote::identifier).collect(Collectors.joining(", "));
    }
}
