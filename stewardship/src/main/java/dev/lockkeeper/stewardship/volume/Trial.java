package dev.lockkeeper.stewardship.volume;

import dev.lockkeeper.catalog.model.Check;
import dev.lockkeeper.catalog.model.Column;
import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.database.Quote;
import dev.lockkeeper.database.RowSession;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Has the server judge some rows of a table by its types and conditions before any is written: the first, the last and some between
 * them. Writes nothing. What hangs on other rows, such as a unique key or a trigger, it cannot tell.
 */
final class Trial {
    private static final int ROWS = 120;

    private final RowSession session;
    private final Model model;
    private final List<Problem> problems = new ArrayList<>();

    Trial(RowSession session, Model model) {
        this.session = session;
        this.model = model;
    }

    List<Problem> problems() {
        return problems;
    }

    void of(TablePlan plan) {
        if (plan.rows() == 0) {
            return;
        }
        List<@Nullable String[]> rows = sample(plan);
        List<Check> checks =
                plan.relation().checks().stream().filter(Check::enforced).toList();
        session.mark();
        try {
            @Nullable
            String[] met = session.query(judgement(plan, rows, checks)).get(0);
            session.forget();
            for (int i = 0; i < checks.size(); i++) {
                String breaking = met[i];
                if (breaking != null) {
                    broken(plan, checks.get(i), rows.get(Integer.parseInt(breaking)));
                }
            }
        } catch (SqlFailure e) {
            if (e.connectionLost()) {
                throw e;
            }
            session.back();
            refused(plan, rows, e);
        }
    }

    private static List<@Nullable String[]> sample(TablePlan plan) {
        TreeSet<Long> numbers = new TreeSet<>();
        for (long i = 0; i < ROWS; i++) {
            numbers.add(Math.min(i, plan.rows() - 1));
            numbers.add(Math.max(0, plan.rows() - 1 - i));
            numbers.add(plan.rows() / ROWS * i);
        }
        List<@Nullable String[]> rows = new ArrayList<>();
        MadeRow row = plan.row();
        Draw draw = new Draw();
        for (long number : numbers) {
            plan.make(number, row, draw);
            @Nullable String[] values = new @Nullable String[plan.columns().size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = row.get(i);
            }
            rows.add(values);
        }
        return rows;
    }

    /** For each check the number of a row that breaks it. */
    private String judgement(TablePlan plan, List<@Nullable String[]> rows, List<Check> checks) {
        String met = checks.stream()
                .map(check -> "min(\"lk n\") filter (where not coalesce((" + check.expression() + "), true))")
                .collect(Collectors.joining(", "));
        String columns = plan.relation().columns().stream()
                .map(column -> ", " + expression(plan, column) + " as " + Quote.identifier(column.name()))
                .collect(Collectors.joining());
        // without a fence the server would leave out what no check reads, and its type would not be judged
        return "with \"lk r\" as materialized (select \"lk n\"" + columns + " from "
                + values(rows, plan.columns().size()) + ") select " + (met.isEmpty() ? "1" : met) + " from \"lk r\" as "
                + Quote.identifier(plan.relation().name().name());
    }

    private String expression(TablePlan plan, Column column) {
        int place = plan.columns().indexOf(column.name());
        String type = column.type().spelled();
        if (place >= 0) {
            return "cast(\"lk " + place + "\" as " + type + ")";
        }
        String otherwise = column.defaulted();
        boolean plain = otherwise != null && !column.isGenerated() && !otherwise.contains("nextval(");
        // a domain may refuse NULL, and what the server will give is not known
        return plain
                ? "cast((" + otherwise + ") as " + type + ")"
                : "cast(null as " + ColumnShape.of(column, model).base().spelled() + ")";
    }

    private static String values(List<@Nullable String[]> rows, int columns) {
        StringBuilder sql = new StringBuilder("(values ");
        for (int n = 0; n < rows.size(); n++) {
            sql.append(n == 0 ? "(" : ",(").append(n);
            for (String value : rows.get(n)) {
                sql.append(',').append(value == null ? "null::text" : Quote.literal(value) + "::text");
            }
            sql.append(')');
        }
        sql.append(") \"lk v\"(\"lk n\"");
        for (int i = 0; i < columns; i++) {
            sql.append(",\"lk ").append(i).append('"');
        }
        return sql.append(')').toString();
    }

    private void broken(TablePlan plan, Check check, @Nullable String[] row) {
        String values = check.columns().stream()
                .filter(plan.columns()::contains)
                .map(column -> column + " = " + row[plan.columns().indexOf(column)])
                .collect(Collectors.joining(", "));
        problems.add(Problem.of(
                        Code.SEED_UNSATISFIED,
                        "rows for " + plan.relation().name() + " would break its constraint " + check.name())
                .at(place(plan, check.columns()))
                .because("it demands " + check.expression() + (values.isEmpty() ? "" : ", and a row has " + values))
                .help("make " + (check.columns().isEmpty() ? "its columns" : String.join(" and ", check.columns()))
                        + " so that it holds")
                .note("kept: everything as it was"));
    }

    private static Place place(TablePlan plan, List<String> columns) {
        return columns.stream()
                .map(column -> plan.spec().columns().get(column))
                .filter(java.util.Objects::nonNull)
                .map(Recipe::place)
                .findFirst()
                .orElse(plan.spec().place());
    }

    /** A value that its type does not read, or a domain refuses: which column it is in is found out one by one. */
    private void refused(TablePlan plan, List<@Nullable String[]> rows, SqlFailure whole) {
        boolean found = false;
        for (int i = 0; i < plan.columns().size(); i++) {
            String name = plan.columns().get(i);
            Column column = plan.relation().column(name).orElseThrow();
            int place = i;
            List<@Nullable String[]> alone = rows.stream()
                    .map(row -> new @Nullable String[] {row[place]})
                    .toList();
            Optional<SqlFailure> failure =
                    judged("select count(cast(\"lk 0\" as " + column.type().spelled() + ")) from " + values(alone, 1));
            if (failure.isPresent()) {
                found = true;
                report(
                        plan,
                        List.of(name),
                        "values of " + name + " do not fit its type "
                                + column.type().spelled(),
                        failure.get());
            }
        }
        if (!found) {
            report(
                    plan,
                    List.of(),
                    "the server cannot judge rows for " + plan.relation().name(),
                    whole);
        }
    }

    private void report(TablePlan plan, List<String> columns, String message, SqlFailure failure) {
        String constraint = failure.error().constraint();
        problems.add(Problem.of(
                        Code.SEED_UNSATISFIED,
                        "rows for " + plan.relation().name() + ": " + message
                                + (constraint == null ? "" : ", by its constraint " + constraint))
                .at(place(plan, columns))
                .from(failure.error())
                .help("make its values otherwise")
                .note("kept: everything as it was"));
    }

    private Optional<SqlFailure> judged(String sql) {
        session.mark();
        try {
            session.query(sql);
            session.forget();
            return Optional.empty();
        } catch (SqlFailure e) {
            if (e.connectionLost()) {
                throw e;
            }
            session.back();
            return Optional.of(e);
        }
    }
}
