package dev.lockkeeper.catalog;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** All objects that two states do not agree on, and which of them a person has to be told: each mistake once. */
final class Changes {
    /** What is made anew when the object that it is part of has another definition. */
    private static final Set<String> REMADE = Set.of("pg_attribute", "pg_trigger", "pg_class", "pg_constraint");

    private final Map<String, Change> all = new TreeMap<>();

    Changes(Collection<Row> before, Collection<Row> after) {
        Map<String, Thing> was = Thing.all(before);
        Map<String, Thing> is = Thing.all(after);
        Set<String> identities = new TreeSet<>(was.keySet());
        identities.addAll(is.keySet());
        for (String identity : identities) {
            Change change = Change.of(was.get(identity), is.get(identity));
            if (change != null && !change.thing().equals(Lists.COLUMN_ORDER)) {
                all.put(identity, change);
            } else if (change != null && (change.missing() || reordered(change))) {
                all.put(identity, change);
            }
        }
        pairLargeObjects();
    }

    /** Whether columns that both states have stand in another order; one that is missing is told by itself. */
    private static boolean reordered(Change change) {
        List<String> was = columns(change.was("columns"));
        List<String> is = columns(change.is("columns"));
        List<String> common = new ArrayList<>(was);
        common.retainAll(new HashSet<>(is));
        List<String> now = new ArrayList<>(is);
        now.retainAll(new HashSet<>(was));
        return !common.equals(now);
    }

    static List<String> columns(@Nullable String names) {
        return names == null ? List.of() : Arrays.asList(names.split(String.valueOf(Names.SEPARATOR), -1));
    }

    /** One large object is as good as another that holds the same: nobody chose their numbers. */
    private void pairLargeObjects() {
        List<Change> left = all.values().stream()
                .filter(c -> c.thing().equals(Lists.LARGE_OBJECT) && c.leftOver())
                .toList();
        Map<Map<String, String>, List<String>> lost = new HashMap<>();
        all.values().stream()
                .filter(c -> c.thing().equals(Lists.LARGE_OBJECT) && c.lost())
                .forEach(c -> lost.computeIfAbsent(contents(c), key -> new ArrayList<>())
                        .add(c.identity()));
        for (Change change : left) {
            List<String> twins = lost.getOrDefault(contents(change), List.of());
            if (!twins.isEmpty()) {
                all.remove(change.identity());
                all.remove(twins.remove(0));
            }
        }
    }

    private static Map<String, String> contents(Change change) {
        Map<String, String> fields = new HashMap<>(change.any().fields());
        fields.remove("number");
        return fields;
    }

    /** What a person has to be told. */
    List<Change> told() {
        List<Change> told = new ArrayList<>();
        for (Change change : all.values()) {
            Change left = isNotNull(change) ? null : change;
            if (left != null && left.thing().equals("pg_attribute") && !left.missing()) {
                left = withoutInherited(left);
            }
            if (left != null && !follows(left)) {
                told.add(left);
            }
        }
        return told;
    }

    /** Whether an object is missing or different because of one that it is part of. */
    private boolean follows(Change change) {
        return change.any().parents().stream()
                .filter(parent -> !parent.equals(change.identity()))
                .map(all::get)
                .filter(Objects::nonNull)
                .anyMatch(parent -> change.missing() && parent.missing()
                        ? change.leftOver() == parent.leftOver()
                        : !parent.missing() && remade(change, parent));
    }

    private static boolean remade(Change change, Change parent) {
        return REMADE.contains(change.thing()) && parent.differsIn(Change.DEFINITION);
    }

    /** A constraint NOT NULL, a catalog row of its own from 18 on, is told as a property of its column. */
    private boolean isNotNull(Change change) {
        return change.thing().equals("pg_constraint")
                && change.missing()
                && "n".equals(change.any().field("contype"))
                && change.any().parents().stream()
                        .filter(parent -> parent.startsWith("pg_attribute "))
                        .map(all::get)
                        .anyMatch(column -> column != null && (column.missing() || column.differsIn("attnotnull")));
    }

    /** A column of a child table or of a partition that changed with its parent is told once, at the parent. */
    private @Nullable Change withoutInherited(Change change) {
        for (String parent : change.any().parents()) {
            Change of = parent.equals(change.identity()) ? null : all.get(parent);
            if (of != null && of.thing().equals("pg_attribute") && of.names().containsAll(change.names())) {
                return null;
            }
        }
        return change;
    }
}
