package dev.lockkeeper.analytics.dialect;

import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.analytics.definition.Rollup;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** Numbers by the columns of the target, as JSON that PostgreSQL makes. Pure. */
public final class Totals {
    /** A function takes 100 arguments, and each number comes with its name. */
    private static final int AT_ONCE = 50;

    private Totals() {}

    /**
     * An expression of type jsonb with a number for each measure.
     *
     * @param number the expression of measure 1, 2 and so on
     */
    public static String json(Rollup rollup, IntFunction<String> number) {
        List<String> objects = new ArrayList<>();
        List<String> pairs = new ArrayList<>();
        for (int i = 1; i <= rollup.measures().size(); i++) {
            pairs.add(literal(rollup.measures().get(i - 1).into()) + ", " + number.apply(i));
            if (pairs.size() == AT_ONCE || i == rollup.measures().size()) {
                objects.add("jsonb_build_object(" + String.join(", ", pairs) + ")");
                pairs.clear();
            }
        }
        return String.join(" || ", objects);
    }

    /** The same with the sums of columns {@code m1} and so on. */
    public static String sums(Rollup rollup) {
        return json(rollup, i -> "coalesce(sum(m" + i + "), 0)");
    }
}
