package dev.lockkeeper.analytics.quality;

import static dev.lockkeeper.database.Quote.identifier;
import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.analytics.adapter.Adapter;
import dev.lockkeeper.analytics.adapter.PostgresAdapter;
import dev.lockkeeper.analytics.definition.Example;
import dev.lockkeeper.analytics.definition.Grain;
import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.dialect.Dialect;
import dev.lockkeeper.analytics.state.Site;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.report.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Tests of definitions on a server: given events are computed as they would be, and nothing is read or written but these. */
public record Examples(Site site, Adapter adapter) {
    /** Those that the database computes. */
    public Examples(Site site, Dialect dialect) {
        this(site, new PostgresAdapter(dialect));
    }

    /** What is not as a test says; empty when all is. */
    public List<Problem> problems(Rollup rollup) {
        List<Problem> problems = new ArrayList<>();
        for (Example example : rollup.examples()) {
            try {
                site.snapshot(() -> {
                    problems.addAll(problems(rollup, example));
                    return true;
                });
            } catch (SqlFailure e) {
                problems.add(
                        site.refused("test " + example.name() + " of rollup " + rollup.name() + " cannot be made", e)
                                .at(example.place()));
            }
        }
        return problems;
    }

    private List<Problem> problems(Rollup rollup, Example example) {
        List<Problem> problems = new ArrayList<>();
        List<Map<String, @Nullable String>> made = new ArrayList<>();
        String given = "jsonb_populate_recordset(null::"
                + rollup.source().name().quoted() + ", " + literal(json(example.given())) + ")";
        String from = given;
        for (Grain grain : rollup.grains()) {
            String groups =
                    adapter.groupsOf(site, rollup, grain, rollup.below(grain).isEmpty() ? given : from);
            made.addAll(rows(rollup, grain, groups));
            from = "(" + above(rollup, grain, groups) + ")";
        }
        for (Example.Row row : example.expected()) {
            Map<String, @Nullable String> wanted = expected(rollup, row);
            if (!made.removeIf((Map<String, @Nullable String> one) -> fits(wanted, one))) {
                problems.add(failed(rollup, example, "expects a row that is not made: " + text(wanted))
                        .at(row.place())
                        .note("made: " + (made.isEmpty() ? "nothing else" : text(made))));
            }
        }
        List<String> grains = example.expected().stream()
                .map(row -> String.valueOf(expected(rollup, row).get("grain")))
                .distinct()
                .toList();
        made.removeIf(one -> !grains.isEmpty() && !grains.contains(String.valueOf(one.get("grain"))));
        if (problems.isEmpty() && !made.isEmpty()) {
            problems.add(
                    failed(rollup, example, "does not expect: " + text(made)).at(example.place()));
        }
        return problems;
    }

    private static Problem failed(Rollup rollup, Example example, String what) {
        return Problem.of(Code.ANALYTICS_CHECK, "test " + example.name() + " of rollup " + rollup.name() + " " + what)
                .help("correct the definition, or what the test expects");
    }

    /** What a row is, under the names that tests give its columns, and {@code grain}. */
    private List<Map<String, @Nullable String>> rows(Rollup rollup, Grain grain, String groups) {
        List<String> names = names(rollup);
        List<Map<String, @Nullable String>> rows = new ArrayList<>();
        for (@Nullable
        String[] values : site.query("select " + columns(rollup) + " from (" + groups + ") g order by b")) {
            Map<String, @Nullable String> row = new LinkedHashMap<>();
            row.put("grain", grain.word());
            for (int i = 0; i < names.size(); i++) {
                row.put(names.get(i), values[i]);
            }
            rows.add(row);
        }
        return rows;
    }

    private static List<String> names(Rollup rollup) {
        List<String> names = new ArrayList<>();
        names.add(rollup.columns().bucket().name());
        rollup.dimensions().forEach(one -> names.add(one.into()));
        rollup.measures().forEach(one -> names.add(one.into()));
        return names;
    }

    private static String columns(Rollup rollup) {
        StringBuilder columns = new StringBuilder("b::text");
        for (int i = 1; i <= rollup.dimensions().size(); i++) {
            columns.append(", d").append(i).append("::text");
        }
        for (int i = 1; i <= rollup.measures().size(); i++) {
            columns.append(", trim_scale(m").append(i).append("::numeric)::text");
        }
        return columns.toString();
    }

    /** The groups as rows of the target, for the next longer grain. */
    private String above(Rollup rollup, Grain grain, String groups) {
        List<String> columns = new ArrayList<>();
        Rollup.Field column = rollup.columns().grain();
        if (column != null) {
            columns.add(literal(grain.word()) + " as " + identifier(column.name()));
        }
        columns.add("b as " + identifier(rollup.columns().bucket().name()));
        for (int i = 0; i < rollup.dimensions().size(); i++) {
            columns.add("d" + (i + 1) + " as "
                    + identifier(rollup.dimensions().get(i).into()));
        }
        for (int i = 0; i < rollup.measures().size(); i++) {
            columns.add(
                    "m" + (i + 1) + " as " + identifier(rollup.measures().get(i).into()));
        }
        return "select " + String.join(", ", columns) + " from (" + groups + ") g";
    }

    /** The values that a test names, as the server writes them in the types of the target. */
    private Map<String, @Nullable String> expected(Rollup rollup, Example.Row row) {
        List<String> names = row.values().keySet().stream()
                .filter(name -> names(rollup).contains(name))
                .toList();
        List<String> measures =
                rollup.measures().stream().map(one -> one.into()).toList();
        String columns = names.stream()
                .map(name -> measures.contains(name)
                        ? "trim_scale(r." + identifier(name) + "::numeric)::text"
                        : "r." + identifier(name) + "::text")
                .collect(Collectors.joining(", "));
        @Nullable
        String[] values = site.query("select " + columns + " from jsonb_populate_record(null::"
                        + rollup.target().name().quoted() + ", " + literal(json(row)) + ") r")
                .get(0);
        Map<String, @Nullable String> wanted = new LinkedHashMap<>();
        Rollup.Field grain = rollup.columns().grain();
        wanted.put(
                "grain",
                grain != null && row.values().containsKey(grain.name())
                        ? row.values().get(grain.name()).text()
                        : rollup.base().word());
        for (int i = 0; i < names.size(); i++) {
            wanted.put(names.get(i), values[i]);
        }
        return wanted;
    }

    private static boolean fits(Map<String, @Nullable String> wanted, Map<String, @Nullable String> made) {
        return wanted.entrySet().stream()
                .allMatch(one -> String.valueOf(one.getValue()).equals(String.valueOf(made.get(one.getKey()))));
    }

    private static String text(List<Map<String, @Nullable String>> rows) {
        return rows.stream().map(Examples::text).collect(Collectors.joining("; "));
    }

    private static String text(Map<String, @Nullable String> row) {
        return row.entrySet().stream()
                .map(one -> one.getKey() + " " + one.getValue())
                .collect(Collectors.joining(", "));
    }

    private static String json(List<Example.Row> rows) {
        return Json.documents(rows, (json, row) -> put(json, row));
    }

    private static String json(Example.Row row) {
        return Json.document(json -> put(json, row));
    }

    private static void put(Json json, Example.Row row) {
        row.values().forEach((name, value) -> json.put(name, value.isNull() ? null : value.text()));
    }
}
