package dev.lockkeeper.analytics.adapter;

import static dev.lockkeeper.database.Quote.literal;

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
