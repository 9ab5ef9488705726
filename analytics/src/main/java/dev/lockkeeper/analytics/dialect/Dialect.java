package dev.lockkeeper.analytics.dialect;

import dev.lockkeeper.analytics.definition.Condition;
import dev.lockkeeper.analytics.definition.Grain;
import dev.lockkeeper.analytics.definition.Literal;
import dev.lockkeeper.catalog.model.ObjectName;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * The parts of SQL in which engines differ. What is made of them is in {@link Aggregation}, once for all; there is no translation of SQL
 * that people write. Pure, and safe for use by several threads.
 */
public sealed interface Dialect permits PostgresDialect, DuckDbDialect, SparkDialect, TrinoDialect {
    /** As configurations name it. */
    String name();

    Capabilities capabilities();

    /** A name that means exactly itself. */
    String identifier(String name);

    /** A table with its schema. */
    String table(ObjectName name);

    /** A constant text; where it stands beside a column it takes the type of that. */
    String text(String value);

    /** A constant of a definition. */
    default String literal(Literal value) {
        return switch (value.kind()) {
            case TEXT -> text(value.text());
            case NUMBER -> value.text();
            case BOOLEAN -> value.text().toLowerCase(Locale.ROOT);
        };
    }

    /** An instant, whatever the time zone of the session. */
    String instant(Instant instant);

    /** The start of the bucket that a time is in, in UTC, whatever the time zone of the session. */
    String bucket(Grain grain, String time);

    /** Whether a time is in a span: the bare column beside constants, so that partitions and indexes are found by it. */
    default String within(String time, Span span) {
        return time + " >= " + instant(span.from()) + " and " + time + " < " + instant(span.to());
    }

    /** Whether a column of an event is as a condition says. */
    default String condition(String alias, Condition condition) {
        String column = alias + "." + identifier(condition.column());
        List<String> values = condition.values().stream().map(this::literal).toList();
        return switch (condition.operator()) {
            case NULL, NOT_NULL -> column + " " + condition.operator().word();
            case IN -> column + " in (" + String.join(", ", values) + ")";
            default -> column + " " + condition.operator().word() + " " + values.get(0);
        };
    }

    /** How many rows meet a condition. */
    default String countIf(String condition) {
        return "count(*) filter (where " + condition + ")";
    }

    /** The exact sum of a column; zero of no values. */
    default String sum(String column) {
        return "coalesce(sum(" + column + "), 0)";
    }

    /** A decimal number rounded half away from zero. */
    default String rounded(String number, int scale) {
        return "round(" + number + ", " + scale + ")";
    }

    /** Whether two values are the same, null being the same as null. */
    default String same(String left, String right) {
        return left + " is not distinct from " + right;
    }

    /** The time of the transaction or statement. */
    String now();

    /**
     * Makes rows of the target what they should be: writes those that differ, removes those that nothing is left of, and leaves the others
     * alone. PostgreSQL gives one row of numbers for it: groups, events, inserted, updated, deleted. Others write at least what {@link
     * Capabilities#unit} says.
     */
    String replace(Replacement replacement);
}
