package dev.lockkeeper.check.rule;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A type as the server writes it.
 *
 * @param base without its modifiers, such as {@code character varying}
 * @param limits the numbers in parentheses; none for no limit
 */
record ColumnType(String base, List<Integer> limits) {
    private static final Pattern LIMITS = Pattern.compile("\\((-?\\d+(?:,-?\\d+)?)\\)");
    private static final Map<String, Integer> DIGITS = Map.of("smallint", 5, "integer", 10, "bigint", 19);
    private static final Set<String> TEXTS = Set.of("text", "character varying");

    /** What holds every value of the other, by their names without limits. */
    private static final Set<String> WIDER = Set.of(
            "smallint integer",
            "smallint bigint",
            "integer bigint",
            "smallint real",
            "smallint double precision",
            "integer double precision",
            "real double precision",
            "date timestamp without time zone",
            "date timestamp with time zone",
            "timestamp without time zone timestamp with time zone",
            "time without time zone time with time zone",
            "cidr inet",
            "json jsonb",
            "jsonb json",
            "smallint numeric",
            "integer numeric",
            "bigint numeric",
            "character character varying",
            "character text",
            "character varying text");

    static ColumnType of(String type) {
        Matcher limits = LIMITS.matcher(type);
        if (!limits.find()) {
            return new ColumnType(type, List.of());
        }
        String base = type.substring(0, limits.start()) + type.substring(limits.end());
        return new ColumnType(
                base.strip(),
                Arrays.stream(limits.group(1).split(",")).map(Integer::valueOf).toList());
    }

    private boolean isArray() {
        return base.endsWith("[]");
    }

    private ColumnType element() {
        return new ColumnType(base.substring(0, base.length() - 2), limits);
    }

    /** Whether another type has room for all values of this one. */
    boolean fitsInto(ColumnType other) {
        if (TEXTS.contains(other.base) && other.limits.isEmpty()) {
            return true;
        }
        if (isArray() && other.isArray()) {
            return element().fitsInto(other.element());
        }
        if (base.equals("numeric") && other.base.equals("numeric") && limits.size() == 2 && other.limits.size() == 2) {
            return other.limits.get(1) >= limits.get(1)
                    && other.limits.get(0) - other.limits.get(1) >= limits.get(0) - limits.get(1);
        }
        if (DIGITS.containsKey(base) && other.base.equals("numeric") && other.limits.size() == 2) {
            return other.limits.get(0) - other.limits.get(1) >= DIGITS.getOrDefault(base, 0);
        }
        boolean room = other.limits.isEmpty()
                || (limits.size() == 1 && other.limits.size() == 1 && other.limits.get(0) >= limits.get(0));
        return room && (base.equals(other.base) || WIDER.contains(base + " " + other.base));
    }

    /** Whether programs read both alike. */
    boolean isReadAs(ColumnType other) {
        if (isArray() && other.isArray()) {
            return element().isReadAs(other.element());
        }
        return base.equals(other.base) || (TEXTS.contains(base) && TEXTS.contains(other.base));
    }
}
