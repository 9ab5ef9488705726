package dev.lockkeeper.stewardship.retention;

import static dev.lockkeeper.database.Quote.identifier;

import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.catalog.model.Relation;
import dev.lockkeeper.stewardship.classification.Parts;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What ON DELETE CASCADE would take along. Such rows have their own hold, time and archive, so that they go by their own rule first, and
 * a row to which one of them still refers stays.
 */
record Cascades(Model model, Parts parts, Map<ObjectName, Job> jobs) {
    /**
     * A foreign key.
     *
     * @param whole the table whose rule its rows have
     * @param rows the table or partition whose rows refer by it
     * @param part the OID of the partition to whose rows alone they refer; null for all
     */
    private record Child(
            ObjectName whole,
            ObjectName rows,
            List<String> columns,
            List<String> targetColumns,
            @Nullable String part) {}

    /** The condition for rows that would take others along, as SQL over {@code t}. */
    String along(Job job) {
        List<String> parts = new ArrayList<>();
        for (Child child : children(job.relation().name())) {
            // a row may refer to itself
            parts.add("exists (select from " + child.rows().quoted() + " c where " + joined(child)
                    + " and (c.tableoid, c.ctid) is distinct from (t.tableoid, t.ctid))");
        }
        return any(parts);
    }

    /** The same for rows that would take others along which do not go before. */
    String lasting(Job job) {
        return lasting(job.relation().name(), Set.of(job.relation().name()));
    }

    private String lasting(ObjectName table, Set<ObjectName> seen) {
        List<String> parts = new ArrayList<>();
        for (Child child : children(table)) {
            parts.add("exists (select from (select t.* from "
                    + child.rows().quoted() + " t where (" + goes(child.whole(), seen)
                    + ") is not true) c where " + joined(child) + ")");
        }
        return any(parts);
    }

    private String goes(ObjectName table, Set<ObjectName> seen) {
        Job job = jobs.get(table);
        if (job == null || !job.retention().removes()) {
            return "false";
        }
        String own = job.over() + " and (" + job.held() + ") is not true";
        if (seen.contains(table)) {
            // of a circle one round is told; what goes is asked row by row
            return own;
        }
        Set<ObjectName> more = new HashSet<>(seen);
        more.add(table);
        return own + " and (" + lasting(table, more) + ") is not true";
    }

    private List<Child> children(ObjectName target) {
        List<Child> children = new ArrayList<>();
        for (Relation relation : model.relations()) {
            relation.foreignKeys().stream()
                    .filter(key ->
                            key.onDelete().equals("CASCADE") && key.target().equals(target))
                    .forEach(key -> children.add(
                            new Child(relation.name(), relation.name(), key.columns(), key.targetColumns(), null)));
        }
        parts.keys().stream()
                .filter(key -> key.onDelete().equals("CASCADE") && key.target().equals(target))
                .forEach(key -> children.add(
                        new Child(key.whole(), key.rows(), key.columns(), key.targetColumns(), key.part())));
        return children;
    }

    private static String joined(Child child) {
        List<String> same = new ArrayList<>();
        for (int i = 0; i < child.columns().size(); i++) {
            same.add("c." + identifier(child.columns().get(i)) + " = t."
                    + identifier(child.targetColumns().get(i)));
        }
        if (child.part() != null) {
            // in another partition the same key is another row
            same.add("t.tableoid in (select p.relid from pg_partition_tree(" + child.part() + "::oid) p)");
        }
        return String.join(" and ", same);
    }

    private static String any(List<String> parts) {
        return parts.isEmpty() ? "false" : String.join(" or ", parts);
    }
}
