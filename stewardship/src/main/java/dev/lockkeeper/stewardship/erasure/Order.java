package dev.lockkeeper.stewardship.erasure;

import dev.lockkeeper.catalog.model.ForeignKey;
import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.stewardship.classification.Reach;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

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

    private boolean leads(Part from, ObjectName to) {
        ObjectName name = from.relation().name();
        return !name.equals(to)
                && (from.relation().foreignKeys().stream()
                                .map(ForeignKey::target)
                                .anyMatch(to::equals)
                        || reach.through(name).contains(to));
    }

    private Part part(ObjectName name) {
        Part part = parts.get(name);
        if (part == null) {
            throw new IllegalStateException(name + " is one of the tables");
        }
        return part;
    }
}
