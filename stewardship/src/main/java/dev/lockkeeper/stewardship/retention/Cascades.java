package dev.lockkeeper.stewardship.retention;

import static dev.lockkeeper.database.Quote.identifier;

import dev.lockkeeper.catalog.model.ForeignKey;
import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.catalog.model.Relation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What ON DELETE CASCADE would take along. Such rows have their own hold, time and archive, so that they go by their own rule first, and
 * a row to which one of them still refers stays.
 */
record Cascades(Model model, Map<ObjectName, Job> jobs) {
    /** A foreign key and the table whose rows refer by it. */
    private record Child(Relation relation, ForeignKey key) {}

    /** The condition for rows that would take others along, as SQL over {@code t}. */
    String along(Job job) {
        List<String> parts = new ArrayList<>();
        for (Child child : children(job.relation())) {
            // a row may refer to itself
            parts.add("exists (select from " + child.relation().name().quoted() + " c where " + joined(child)
                    + " and (c.tableoid, c.ctid) is distinct from (t.tableoid, t.ctid))");
        }
        return any(parts);
    }

    /** The same for rows that would take others along which do not go before. */
    String lasting(Job job) {
        return lasting(job.relation(), Set.of(job.relation().name()));
    }

    private String lasting(Relation relation, Set<ObjectName> seen) {
        List<String> parts = new ArrayList<>();
        for (Child child : children(relation)) {
            parts.add("exists (select from (select t.* from "
                    + child.relation().name().quoted() + " t where (" + goes(child.relation(), seen)
                    + ") is not true) c where " + joined(child) + ")");
        }
        return any(parts);
    }

    private String goes(Relation relation, Set<ObjectName> seen) {
        Job job = jobs.get(relation.name());
        if (job == null || !job.retention().removes()) {
            return "false";
        }
        String own = job.over() + " and (" + job.held() + ") is not true";
        if (seen.contains(relation.name())) {
            // of a circle one round is told; what goes is asked row by row
            return own;
        }
        Set<ObjectName> more = new HashSet<>(seen);
        more.add(relation.name());
        return own + " and (" + lasting(relation, more) + ") is not true";
    }

    private List<Child> children(Relation target) {
        List<Child> children = new ArrayList<>();
        for (Relation relation : model.relations()) {
            relation.foreignKeys().stream()
                    .filter(key ->
                            key.onDelete().equals("CASCADE") && key.target().equals(target.name()))
                    .forEach(key -> children.add(new Child(relation, key)));
        }
        return children;
    }

    private static String joined(Child child) {
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < child.key().columns().size(); i++) {
            parts.add("c." + identifier(child.key().columns().get(i)) + " = t."
                    + identifier(child.key().targetColumns().get(i)));
        }
        return String.join(" and ", parts);
    }

    private static String any(List<String> parts) {
        return parts.isEmpty() ? "false" : String.join(" or ", parts);
    }
}
