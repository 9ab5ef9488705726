package dev.lockkeeper.catalog;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What two states of a database have apart.
 *
 * @param level how much it matters
 * @param differences the objects, sorted by name; what is part of an object that is missing as a whole is left out
 */
public record Comparison(Level level, List<Difference> differences) {
    /** The order of the columns of a table, kept apart because it matters less. */
    static final String COLUMN_ORDER = "column-order";

    private static final int LONGEST = 400;

    public Comparison {
        differences = List.copyOf(differences);
    }

    /** How much two states have apart. */
    public enum Level {
        SAME,
        /** Every object is the same, but columns of a table stand in another order. */
        COLUMN_ORDER,
        DIFFERENT
    }

    /** Nothing apart. */
    public static Comparison same() {
        return new Comparison(Level.SAME, List.of());
    }

    /** Both lists of differences as one. */
    public Comparison and(Comparison other) {
        List<Difference> all = new ArrayList<>(differences);
        all.addAll(other.differences);
        return new Comparison(level.compareTo(other.level) >= 0 ? level : other.level, all);
    }

    /** The same comparison with before and after exchanged. */
    public Comparison reversed() {
        return new Comparison(
                level,
                differences.stream()
                        .map(d -> new Difference(d.object(), d.kind(), d.after(), d.before()))
                        .toList());
    }

    static Comparison of(Collection<Row> before, Collection<Row> after) {
        Map<String, Row> was = byKey(before);
        Map<String, Row> is = byKey(after);
        Set<String> keys = new TreeSet<>(was.keySet());
        keys.addAll(is.keySet());
        Set<String> whole = new HashSet<>();
        List<String> differing = new ArrayList<>();
        for (String key : keys) {
            Row old = was.get(key);
            Row now = is.get(key);
            if (old == null || now == null) {
                whole.add(either(old, now).object());
                differing.add(key);
            } else if (!old.fields().equals(now.fields())) {
                differing.add(key);
            }
        }
        Map<String, Difference> found = new LinkedHashMap<>();
        boolean orderOnly = true;
        for (String key : differing) {
            Row old = was.get(key);
            Row now = is.get(key);
            Row any = either(old, now);
            boolean partOfWhole = whole.contains(any.parent()) && !any.parent().equals(any.object());
            if (!partOfWhole) {
                orderOnly &= any.catalog().equals(COLUMN_ORDER);
                Difference difference = difference(any, old, now);
                // an index is a row of pg_class and one of pg_index: the one with a definition says more
                String merged = old != null && now != null ? key : any.object();
                found.merge(merged, difference, (a, b) -> length(a) >= length(b) ? a : b);
            }
        }
        List<Difference> sorted = new ArrayList<>(found.values());
        sorted.sort(Comparator.comparing(Difference::object).thenComparing(Difference::kind));
        Level level = sorted.isEmpty() ? Level.SAME : orderOnly ? Level.COLUMN_ORDER : Level.DIFFERENT;
        return new Comparison(level, sorted);
    }

    /** Whether any row that differs was made by initdb. */
    static boolean touchesSystem(Collection<Row> before, Collection<Row> after) {
        Map<String, Row> was = byKey(before);
        Map<String, Row> is = byKey(after);
        return before.stream().anyMatch(r -> r.system() && !r.equals(is.get(r.key())))
                || after.stream().anyMatch(r -> r.system() && !r.equals(was.get(r.key())));
    }

    private static Row either(@Nullable Row old, @Nullable Row now) {
        return old == null ? Objects.requireNonNull(now) : old;
    }

    private static Map<String, Row> byKey(Collection<Row> rows) {
        Map<String, Row> map = new TreeMap<>();
        rows.forEach(r -> map.put(r.key(), r));
        return map;
    }

    private static int length(Difference d) {
        return (d.before() == null ? 0 : d.before().length())
                + (d.after() == null ? 0 : d.after().length());
    }

    private static Difference difference(Row any, @Nullable Row old, @Nullable Row now) {
        if (old == null || now == null) {
            return new Difference(any.object(), any.kind(), describe(old), describe(now));
        }
        Set<String> names = new TreeSet<>(old.fields().keySet());
        names.addAll(now.fields().keySet());
        names.removeIf(name -> String.valueOf(old.fields().get(name))
                .equals(String.valueOf(now.fields().get(name))));
        if (names.contains("definition")) {
            names.retainAll(Set.of("definition"));
        }
        return new Difference(any.object(), any.kind(), changed(old, names), changed(now, names));
    }

    private static String changed(Row row, Set<String> names) {
        List<String> parts = new ArrayList<>();
        for (String name : names) {
            String value = row.fields().getOrDefault(name, "none");
            parts.add(name.equals("definition") ? cut(value) : name + ": " + cut(value));
        }
        return String.join(", ", parts);
    }

    private static @Nullable String describe(@Nullable Row row) {
        if (row == null) {
            return null;
        }
        String definition = row.fields().get("definition");
        return definition == null ? "present" : cut(definition);
    }

    private static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }
}
