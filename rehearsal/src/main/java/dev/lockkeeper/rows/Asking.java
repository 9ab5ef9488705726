package dev.lockkeeper.rows;

import dev.lockkeeper.database.Quote;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.rows.Table.Check;
import dev.lockkeeper.rows.Table.Column;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Asks the server which candidates it takes: a type by a cast, a condition by evaluating it. What it has answered is kept, for
 * the same question comes again before each migration. Not thread-safe.
 */
final class Asking {
    /** How many values of a column are gone on with. */
    private static final int KEPT = 12;
    /** How many combinations are looked at, at most. */
    private static final int COMBINATIONS = 32_768;

    /** Types whose values are seldom compared with one of a few. */
    private static final Pattern MEASURES = Pattern.compile(
            "(?:smallint|integer|bigint|numeric|real|double|timestamp|date|time|interval|uuid|json|bytea|inet)");

    private static final int SOLUTIONS = 24;
    /** How many more there are for each value of a column, so that each comes up. */
    private static final int FOR_EACH = 2;

    private final Map<String, List<@Nullable String>> known = new HashMap<>();

    /** Those of the candidates that have the column's type and meet its conditions, as the server writes them. */
    List<@Nullable String> taken(
            Session session, Column column, Collection<@Nullable String> candidates, Collection<Check> checks) {
        String where = checks.stream()
                .map(check -> "coalesce((" + check.text() + "), true)")
                .collect(Collectors.joining(" and "));
        String question = column.name() + "\n" + column.spelled() + "\n" + candidates + "\n" + where;
        List<@Nullable String> before = known.get(question);
        if (before != null) {
            return before;
        }
        Set<@Nullable String> taken = new LinkedHashSet<>();
        List<@Nullable String> all = new ArrayList<>(candidates);
        ask(session, column, all, where, taken);
        List<@Nullable String> kept = new ArrayList<>(taken);
        if (kept.size() > KEPT) {
            boolean hasNull = kept.contains(null);
            kept = new ArrayList<>(kept.subList(0, KEPT));
            if (hasNull && !kept.contains(null)) {
                kept.add(null);
            }
        }
        known.put(question, kept);
        return kept;
    }

    /** One value that the type does not read fails the whole question, so it is asked again in halves. */
    private static void ask(
            Session session,
            Column column,
            List<@Nullable String> candidates,
            String where,
            Set<@Nullable String> taken) {
        if (candidates.isEmpty()) {
            return;
        }
        String sql = "select case when x.\"lk c\" is distinct from null then format('%s', x.\"lk c\") end from "
                + values(0, candidates)
                + " cross join lateral (select cast(\"lk 0\".\"lk t\" as " + column.spelled()
                + ")) x(\"lk c\") cross join lateral"
                + " (select x.\"lk c\") y(" + Quote.identifier(column.name()) + ")"
                + (where.isEmpty() ? "" : " where " + where) + " order by \"lk 0\".\"lk o\"";
        try {
            session.query(sql).forEach(row -> taken.add(row[0]));
        } catch (SqlFailure e) {
            if (e.connectionLost()) {
                throw e;
            }
            int half = candidates.size() / 2;
            if (half > 0) {
                ask(session, column, candidates.subList(0, half), where, taken);
                ask(session, column, candidates.subList(half, candidates.size()), where, taken);
            }
        }
    }

    private static String values(int number, List<@Nullable String> candidates) {
        StringBuilder sql = new StringBuilder("(values ");
        for (int i = 0; i < candidates.size(); i++) {
            sql.append(i == 0 ? "(" : ",(")
                    .append(i)
                    .append(',')
                    .append(text(candidates.get(i)))
                    .append("::text)");
        }
        return sql.append(") \"lk ")
                .append(number)
                .append("\"(\"lk o\", \"lk t\")")
                .toString();
    }

    private static String text(@Nullable String value) {
        return value == null ? "null" : Quote.literal(value);
    }

    /**
     * The combinations of values with which all conditions hold.
     *
     * @param domains the values of each column
     * @param conditions in terms of the columns' names
     * @return each with a value for each column, in their order; empty when there is none, or the server cannot say
     */
    List<List<@Nullable String>> together(
            Session session, List<Column> columns, List<List<@Nullable String>> domains, List<String> conditions) {
        List<Integer> sizes = sizes(columns, domains);
        List<String> from = new ArrayList<>();
        List<String> shown = new ArrayList<>();
        List<String> order = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            String name = Quote.identifier(columns.get(i).name());
            from.add(values(i, cut(domains.get(i), sizes.get(i))) + " cross join lateral (select cast(\"lk " + i
                    + "\".\"lk t\" as " + columns.get(i).spelled() + ")) \"lk c" + i + "\"(" + name + ")");
            shown.add("case when \"lk c" + i + "\"." + name + " is distinct from null then format('%s', \"lk c" + i
                    + "\"." + name + ") end");
            order.add("\"lk " + i + "\".\"lk o\"");
        }
        String likeliest = "order by " + String.join(" + ", order) + ", " + String.join(", ", order);
        List<String> ranks = new ArrayList<>(List.of("row_number() over (" + likeliest + ") <= " + SOLUTIONS));
        order.forEach(
                one -> ranks.add("row_number() over (partition by " + one + " " + likeliest + ") <= " + FOR_EACH));
        String all = "select " + String.join(", ", shown) + ", " + String.join(" or ", ranks)
                + ", row_number() over (" + likeliest + ") from " + String.join(" cross join ", from) + " where "
                + String.join(" and ", conditions);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            names.add("v" + i);
        }
        String list = String.join(", ", names);
        String sql = "select " + list + " from (" + all + ") s(" + list + ", kept, place) where kept order by place";
        try {
            List<List<@Nullable String>> answers = new ArrayList<>();
            for (@Nullable String[] row : session.query(sql)) {
                answers.add(Arrays.asList(row));
            }
            return answers;
        } catch (SqlFailure e) {
            if (e.connectionLost()) {
                throw e;
            }
            return List.of();
        }
    }

    /** How many values of each column are looked at: of words more than of numbers and moments, which seldom decide. */
    private static List<Integer> sizes(List<Column> columns, List<List<@Nullable String>> domains) {
        List<Integer> sizes = new ArrayList<>();
        domains.forEach(domain -> sizes.add(Math.min(2, domain.size())));
        for (boolean words : new boolean[] {true, false}) {
            boolean more = true;
            while (more) {
                more = false;
                for (int i = 0; i < sizes.size(); i++) {
                    boolean meant =
                            words != MEASURES.matcher(columns.get(i).spelled()).lookingAt();
                    double grown =
                            sizes.stream().mapToDouble(Integer::doubleValue).reduce(1, (x, y) -> x * y)
                                    / Math.max(1, sizes.get(i))
                                    * (sizes.get(i) + 1);
                    if (meant && sizes.get(i) < domains.get(i).size() && grown <= COMBINATIONS) {
                        sizes.set(i, sizes.get(i) + 1);
                        more = true;
                    }
                }
            }
        }
        return sizes;
    }

    /** NULL is the last resort of a column, so it stays. */
    private static List<@Nullable String> cut(List<@Nullable String> domain, int most) {
        if (domain.size() <= most) {
            return domain;
        }
        List<@Nullable String> cut = new ArrayList<>(domain.subList(0, most));
        if (domain.contains(null) && !cut.contains(null)) {
            cut.set(most - 1, null);
        }
        return cut;
    }
}
