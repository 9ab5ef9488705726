package dev.lockkeeper.stewardship.seed;

import dev.lockkeeper.database.Quote;
import dev.lockkeeper.database.RowSession;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.stewardship.Refused;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a database holds of a package: the columns that its rows say something of, and what its queries for results give. What a row
 * refers to counts by its natural key, so that numbers that a sequence gave make no difference; neither does the order of rows.
 */
final class Contents {
    private static final int ROWS = 200;

    private final RowSession session;
    private final Finder finder;
    private final List<String> lines = new ArrayList<>();
    private long missing;

    Contents(RowSession session, Finder finder) {
        this.session = session;
        this.finder = finder;
    }

    /** Reads the rows of a set. */
    void read(Bound bound) {
        finder.forget();
        for (int at = 0; at < bound.set().lines().size(); at += ROWS) {
            List<RowSet.Line> part = bound.set()
                    .lines()
                    .subList(at, Math.min(at + ROWS, bound.set().lines().size()));
            finder.prepare(part);
            part(bound, part);
        }
    }

    private void part(Bound bound, List<RowSet.Line> part) {
        List<String> columns = List.copyOf(part.stream()
                .flatMap(line -> line.cells().keySet().stream())
                .collect(Collectors.toCollection(TreeSet::new)));
        List<String> questions = new ArrayList<>();
        List<RowSet.Line> asked = new ArrayList<>();
        for (RowSet.Line line : part) {
            Optional<Map<String, @Nullable String>> key = key(bound, line);
            if (key.isEmpty()) {
                absent(bound, line);
            } else {
                asked.add(line);
                String partial = bound.arbiter().condition();
                questions.add("select "
                        + columns.stream()
                                .map(c -> Bound.asText(Quote.identifier(c)))
                                .collect(Collectors.joining(", "))
                        + " from " + bound.table() + " where " + Bound.has(key.get())
                        + (partial == null ? "" : " and (" + partial + ")"));
            }
        }
        List<List<@Nullable String[]>> answers = answers(bound, questions);
        for (int i = 0; i < asked.size(); i++) {
            List<@Nullable String[]> rows = answers.get(i);
            if (rows.isEmpty()) {
                absent(bound, asked.get(i));
            } else {
                lines.add(line(bound, asked.get(i), columns, rows.get(0)));
            }
        }
    }

    private List<List<@Nullable String[]>> answers(Bound bound, List<String> questions) {
        try {
            return questions.isEmpty() ? List.of() : session.queryAll(String.join(";", questions));
        } catch (SqlFailure e) {
            throw Refused.problem(
                            e,
                            "the server does not look for rows of "
                                    + bound.relation().name(),
                            bound.set().place())
                    .asException(e);
        }
    }

    private Optional<Map<String, @Nullable String>> key(Bound bound, RowSet.Line line) {
        Map<String, @Nullable String> key = new LinkedHashMap<>();
        for (String name : bound.set().key()) {
            Optional<@Nullable String[]> value = finder.value(line.cell(name), bound.column(name));
            if (value.isEmpty()) {
                return Optional.empty();
            }
            key.put(name, value.get()[0]);
        }
        return Optional.of(key);
    }

    private void absent(Bound bound, RowSet.Line line) {
        missing++;
        lines.add(bound.relation().name() + " missing "
                + bound.set().key().stream()
                        .map(name -> name + "=" + line.cell(name).canonical())
                        .collect(Collectors.joining(" ")));
    }

    private String line(Bound bound, RowSet.Line line, List<String> columns, @Nullable String[] row) {
        StringBuilder text = new StringBuilder(bound.relation().name().toString());
        for (int i = 0; i < columns.size(); i++) {
            Cell cell = line.cells().get(columns.get(i));
            if (cell == null) {
                continue;
            }
            String value = row[i];
            boolean meant = cell instanceof Cell.Found
                    && finder.value(cell, bound.column(columns.get(i)))
                            .filter(v -> java.util.Objects.equals(v[0], value))
                            .isPresent();
            text.append('\n').append(columns.get(i)).append('=').append(meant ? cell.canonical() : escaped(value));
        }
        return text.toString();
    }

    private static String escaped(@Nullable String value) {
        return value == null ? "null" : "'" + value.replace("\\", "\\\\").replace("\n", "\\n") + "'";
    }

    /** Reads what a query gives. */
    void read(String query, Place place) {
        try {
            for (@Nullable String[] row : session.query(query)) {
                StringBuilder text = new StringBuilder("result");
                for (String value : row) {
                    text.append('\n').append(escaped(value));
                }
                lines.add(text.toString());
            }
        } catch (SqlFailure e) {
            var problem = Refused.problem(e, "the server does not run a query for the result of the package", place);
            throw (problem.code() == Code.SEED_ROW && problem.help() == null
                            ? problem.help("name tables with their schema: the query sees pg_catalog only")
                            : problem)
                    .asException(e);
        }
    }

    /** The digest of all that was read, whatever its order is. */
    String digest() {
        List<String> sorted = new ArrayList<>(lines);
        Collections.sort(sorted);
        return "sha256:" + HexFormat.of().formatHex(SeedKeys.digest(String.join("\n\n", sorted)));
    }

    /** How many rows of it are not there. */
    long missing() {
        return missing;
    }
}
