package dev.lockkeeper.catalog;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What two states of a database have apart.
 *
 * @param level how much it matters
 * @param differences the objects, in an order in which what is missing can be run; what is part of an object that is missing as a whole is left out
 */
public record Comparison(Level level, List<Difference> differences) {
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

    /** The same, where nobody can be told what to do: there is no script that could be completed. */
    public Comparison withoutFixes() {
        return new Comparison(
                level,
                differences.stream()
                        .map(d -> new Difference(d.object(), d.kind(), d.before(), d.after(), null))
                        .toList());
    }

    static Comparison of(Collection<Row> before, Collection<Row> after) {
        Changes changes = new Changes(before, after);
        List<Change> told = new ArrayList<>(changes.told());
        Fixes fixes = new Fixes(changes, told);
        told.sort(fixes.order());
        List<Difference> differences = told.stream()
                .map(change -> Telling.of(change, fixes.of(change)))
                .toList();
        boolean orderOnly = told.stream().allMatch(c -> c.thing().equals(Lists.COLUMN_ORDER));
        Level level = differences.isEmpty() ? Level.SAME : orderOnly ? Level.COLUMN_ORDER : Level.DIFFERENT;
        return new Comparison(level, differences);
    }

    /** Whether any row that differs was made by initdb. */
    static boolean touchesSystem(Collection<Row> before, Collection<Row> after) {
        Map<String, Row> was = byKey(before);
        Map<String, Row> is = byKey(after);
        return before.stream().anyMatch(r -> r.system() && !r.equals(is.get(r.key())))
                || after.stream().anyMatch(r -> r.system() && !r.equals(was.get(r.key())));
    }

    private static Map<String, Row> byKey(Collection<Row> rows) {
        return rows.stream()
                .collect(Collectors.toMap(Row::key, Function.identity(), (first, second) -> second, HashMap::new));
    }
}
