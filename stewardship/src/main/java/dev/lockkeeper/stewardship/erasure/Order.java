package dev.lockkeeper.stewardship.erasure;

import dev.lockkeeper.catalog.model.ForeignKey;
import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.stewardship.classification.Reach;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** Puts tables in an order in which each comes before those that its rows refer to, and through which they are found. */
final class Order {
    private final Map<ObjectName, Part> parts;
    private final Reach reach;
    private final Set<ObjectName> done = new LinkedHashSet<>();
    private final Set<ObjectName> begun = new LinkedHashSet<>();

    /** @param parts by their tables, in the order that holds where nothing else decides */
    Order(Map<ObjectName, Part> parts, Reach reach) {
        this.parts = parts;
        this.reach = reach;
    }

    List<Part> parts() {
        parts.keySet().forEach(this::visit);
        List<Part> ordered = new ArrayList<>();
        done.forEach(name -> ordered.add(part(name)));
        return ordered;
    }

    /** Whoever refers to a table comes first; of a cycle, the table that was met last. */
    private void visit(ObjectName table) {
        if (done.contains(table) || !begun.add(table)) {
            return;
        }
        for (Part other : parts.values()) {
            if (leads(other, table)) {
                visit(other.relation().name());
            }
        }
        done.add(table);
    }

    /** A key that is judged at the end may be passed over, where the other way is bound to an order. */
    private boolean leads(Part from, ObjectName to) {
        return isBound(from, to)
                || (refers(from, to, key -> true)
                        && !isBoundAlong(to, from.relation().name()));
    }

    private boolean isBound(Part from, ObjectName to) {
        return refers(from, to, key -> !isPatient(key))
                || (!from.relation().name().equals(to)
                        && reach.through(from.relation().name()).contains(to));
    }

    private static boolean refers(Part from, ObjectName to, Predicate<ForeignKey> which) {
        return !from.relation().name().equals(to)
                && from.relation().foreignKeys().stream()
                        .anyMatch(key -> key.target().equals(to) && which.test(key));
    }

    /** What is done on deletion is done at once, whenever the key is judged (manual, "CREATE TABLE", "Parameters"). */
    private static boolean isPatient(ForeignKey key) {
        return key.deferrable() && key.onDelete().equals("NO ACTION");
    }

    private boolean isBoundAlong(ObjectName from, ObjectName to) {
        Set<ObjectName> met = new LinkedHashSet<>(Set.of(from));
        List<ObjectName> next = new ArrayList<>(met);
        while (!next.isEmpty()) {
            Part part = part(next.remove(0));
            for (ObjectName other : parts.keySet()) {
                if (isBound(part, other) && met.add(other)) {
                    next.add(other);
                }
            }
        }
        return met.contains(to);
    }

    private Part part(ObjectName name) {
        Part part = parts.get(name);
        if (part == null) {
            throw new IllegalStateException(name + " is one of the tables");
        }
        return part;
    }
}
