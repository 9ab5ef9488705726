package dev.lockkeeper.stewardship.seed;

import dev.lockkeeper.catalog.model.Column;
import dev.lockkeeper.catalog.model.Index;
import dev.lockkeeper.catalog.model.Relation;
import dev.lockkeeper.database.Quote;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a file with the table that they are for.
 *
 * @param arbiter the unique index that tells by the natural key whether a row is there
 */
record Bound(RowSet set, Relation relation, Index arbiter) {
    String table() {
        return relation.name().quoted();
    }

    /** A column that is known to be there. */
    Column column(String name) {
        return relation.column(name).orElseThrow(() -> new IllegalStateException("no column " + name));
    }

    /** Whether one row of the set refers to its own table, so that it may refer to a row before it. */
    boolean refersToItself() {
        return set.lines().stream()
                .anyMatch(line -> line.cells().values().stream().anyMatch(this::isOwn));
    }

    private boolean isOwn(Cell cell) {
        return cell instanceof Cell.Found found
                && (relation.name().toString().equals(found.table())
                        || found.by().values().stream().anyMatch(this::isOwn));
    }

    /** A value as text, null for NULL, as an SQL expression; needs no operator of the type. */
    static String asText(String expression) {
        return "case when " + expression + " is distinct from null then format('%s', " + expression + ") end";
    }

    static String literal(@Nullable String text) {
        return text == null ? "null" : Quote.literal(text);
    }

    /** The condition that a row has these values. */
    static String has(Map<String, @Nullable String> values) {
        StringBuilder condition = new StringBuilder();
        values.forEach((column, value) -> condition
                .append(condition.isEmpty() ? "" : " and ")
                .append(Quote.identifier(column))
                .append(value == null ? " is null" : " = " + Quote.literal(value)));
        return condition.toString();
    }
}
