package dev.lockkeeper.source;

import dev.lockkeeper.sql.Definitions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The order in which repeatable scripts depend on one another: a script that mentions a name comes after the one that
 * defines it. Scripts that need each other, and all that need not wait, are in the order of their names.
 */
public final class RepeatableOrder {
    private final Map<Repeatable, Set<Repeatable>> needs = new LinkedHashMap<>();
    private final List<Repeatable> ordered = new ArrayList<>();

    private RepeatableOrder(List<Repeatable> byName) {
        Map<Repeatable, Definitions> read = new LinkedHashMap<>();
        byName.forEach(r -> read.put(r, Definitions.of(r.script().text())));
        for (Repeatable one : byName) {
            Set<Repeatable> needed = new LinkedHashSet<>();
            for (Repeatable other : byName) {
                if (other != one && read.get(one).mentionsAnyOf(read.get(other))) {
                    needed.add(other);
                }
            }
            needs.put(one, needed);
        }
        Set<Repeatable> seen = new LinkedHashSet<>();
        byName.forEach(r -> visit(r, seen));
    }

    /** No script at all. */
    public static RepeatableOrder none() {
        return of(List.of());
    }

    /** @param byName in the order of their names */
    static RepeatableOrder of(List<Repeatable> byName) {
        return new RepeatableOrder(byName);
    }

    private void visit(Repeatable one, Set<Repeatable> seen) {
        if (seen.add(one)) {
            needs.getOrDefault(one, Set.of()).forEach(needed -> visit(needed, seen));
            ordered.add(one);
        }
    }

    /** All of them, each after those that it needs. */
    public List<Repeatable> all() {
        return List.copyOf(ordered);
    }

    /** Those that a script needs directly. */
    public Set<Repeatable> neededBy(Repeatable repeatable) {
        return Set.copyOf(needs.getOrDefault(repeatable, Set.of()));
    }
}
