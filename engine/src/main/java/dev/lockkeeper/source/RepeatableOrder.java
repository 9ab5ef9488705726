package dev.lockkeeper.source;

import dev.lockkeeper.sql.Definitions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
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
        read.forEach((one, words) -> {
            Set<Repeatable> needed = new LinkedHashSet<>();
            read.forEach((other, its) -> {
                if (!other.equals(one) && words.mentionsAnyOf(its)) {
                    needed.add(other);
                }
            });
            needs.put(one, needed);
        });
        Map<Repeatable, Set<Repeatable>> waits = new LinkedHashMap<>();
        byName.forEach(one -> waits.put(one, reached(one)));
        // those that need each other do not wait for each other: one of the words may be no reference at all
        waits.forEach((one, others) -> others.removeIf(other -> reached(other).contains(one)));
        List<Repeatable> left = new ArrayList<>(byName);
        while (!left.isEmpty()) {
            Repeatable next = left.stream()
                    .filter(one -> ordered.containsAll(waits.getOrDefault(one, Set.of())))
                    .findFirst()
                    .orElseThrow();
            ordered.add(next);
            left.remove(next);
        }
    }

    /** What a script needs, and what that needs, and so on. */
    private Set<Repeatable> reached(Repeatable one) {
        Set<Repeatable> reached = new LinkedHashSet<>();
        Deque<Repeatable> open = new ArrayDeque<>(needs.getOrDefault(one, Set.of()));
        while (!open.isEmpty()) {
            Repeatable next = open.remove();
            if (reached.add(next)) {
                open.addAll(needs.getOrDefault(next, Set.of()));
            }
        }
        return reached;
    }

    /** No script at all. */
    public static RepeatableOrder none() {
        return of(List.of());
    }

    /** @param byName in the order of their names */
    static RepeatableOrder of(List<Repeatable> byName) {
        return new RepeatableOrder(byName);
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
