package dev.lockkeeper.analytics.adapter;

import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.analytics.definition.Dimension;
import dev.lockkeeper.analytics.definition.Grain;
import dev.lockkeeper.analytics.definition.Rollup;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Rows of another engine as constants of PostgreSQL.
 *
 * @param names of their columns; the first one may be {@code b}, which is seconds and becomes a time
 * @param types as PostgreSQL spells them
 */
record ConstantRows(List<String> names, List<String> types) {
    /**
     * The groups of a grain, in the types that PostgreSQL would have given them itself.
     *
     * @param columns what the groups are made of, dimensions among them
     * @param byBucket whether each begins with its bucket
     */
    static ConstantRows ofGroups(Rollup rollup, Grain grain, List<ColumnKind> columns, boolean byBucket) {
        boolean events = rollup.below(grain).isEmpty();
        List<String> names = new ArrayList<>();
        List<String> types = new ArrayList<>();
        if (byBucket) {
            names.add("b");
            types.add("bigint");
        }
        for (Dimension one : rollup.dimensions()) {
            String column = events ? one.column() : one.into();
            names.add("d" + (names.size() + (byBucket ? 0 : 1)));
            types.add(columns.stream()
                    .filter(kind -> kind.name().equals(column))
                    .findFirst()
                    .orElseThrow()
                    .type());
        }
        for (int i = 1; i <= rollup.measures().size(); i++) {
            names.add("m" + i);
            types.add("numeric");
        }
        names.add("n");
        types.add("bigint");
        return new ConstantRows(List.copyOf(names), List.copyOf(types));
    }

    String select(List<@Nullable String[]> rows) {
        List<String> arrays = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            arrays.add(array(rows, i) + "::" + types.get(i) + "[]");
        }
        return "select "
                + names.stream()
                        .map(name -> name.equals("b") ? "to_timestamp(b) as b" : name)
                        .collect(Collectors.joining(", "))
                + " from unnest(" + String.join(", ", arrays) + ") as g (" + String.join(", ", names) + ")";
    }

    private static String array(List<@Nullable String[]> rows, int column) {
        return literal(rows.stream()
                .map(row -> row[column])
                .map(value -> value == null
                        ? "NULL"
                        : "\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"")
                .collect(Collectors.joining(",", "{", "}")));
    }
}
