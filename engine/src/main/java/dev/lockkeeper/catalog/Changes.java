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

    /** Parts that change together with what they are part of. */
    private static final Set<String> ALONG = Set.of("pg_attribute", "pg_class", "pg_type");

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
        Moves moves = new Moves(all);
        for (Change change : all.values()) {
            if (!isNotNull(change)
                    && !changedAlong(change)
                    && !follows(change)
                    && !consequence(change)
                    && !moves.explain(change.identity())) {
                told.add(change);
            }
        }
        return told;
    }

    Change of(String identity) {
        return Objects.requireNonNull(all.get(identity), identity);
    }

    /** Whether anything that an object falls with has changed. */
    boolean anyParentOf(Change change) {
        return change.any().parents().stream()
                .anyMatch(parent -> !parent.equals(change.identity()) && all.containsKey(parent));
    }

    /** What is missing together with an object, because it is part of it. */
    List<Change> parts(Change of) {
        return all.values().stream()
                .filter(c -> !c.identity().equals(of.identity()) && c.missing() && c.lost() == of.lost())
                .filter(c -> c.any().parents().contains(of.identity()))
                .toList();
    }

    /**
     * Whether an index is a partition or valid only because of what it is attached to, or attached because its table is, and
     * whether a sequence came or went with the identity of its column.
     */
    private boolean consequence(Change change) {
        if (change.missing() && change.thing().equals("pg_inherits")) {
            String table = change.any().field("table");
            return table != null
                    && all.values().stream()
                            .anyMatch(c -> c.thing().equals("pg_inherits")
                                    && c.missing()
                                    && c.any().object().startsWith(table + " from "));
        }
        if (change.missing() && change.thing().equals(Lists.COLUMN_ORDER)) {
            // a view that has become a table, or the other way round
            return anyParentOf(change);
        }
        if (change.missing()) {
            return change.any().kind().equals("sequence")
                    && change.any().parents().stream()
                            .map(all::get)
                            .anyMatch(column -> column != null && column.differsIn("attidentity"));
        }
        return change.any().kind().equals("index")
                && Set.of("relispartition", "indisvalid").containsAll(change.names())
                && all.values().stream()
                        .anyMatch(c -> c.thing().equals("pg_inherits")
                                && c.missing()
                                && c.any().parents().contains(change.identity()));
    }

    /** Whether an object is missing or different because of one that it is part of. */
    private boolean follows(Change change) {
        return change.any().parents().stream()
                .filter(parent -> !parent.equals(change.identity()))
                .map(all::get)
                .filter(Objects::nonNull)
                .anyMatch(parent -> (change.missing() && parent.missing())
                        ? change.leftOver() == parent.leftOver()
                        : !parent.missing() && remade(change, parent));
    }

    /** A view keeps its columns' privileges, triggers and indexes only as long as it is replaced: they are told by themselves. */
    private static boolean remade(Change change, Change parent) {
        return REMADE.contains(change.thing())
                && parent.differsIn(Change.DEFINITION)
                && (change.thing().equals("pg_attribute")
                        ? change.names().stream().noneMatch(Words::isPrivileges)
                        : !parent.any().kind().endsWith("view"));
    }

    /** A constraint NOT NULL, a catalog row of its own from 18 on, is told as a property of its column or domain. */
    private boolean isNotNull(Change change) {
        return change.thing().equals("pg_constraint")
                && change.missing()
                && "n".equals(change.any().field("contype"))
                && change.any().parents().stream()
                        .filter(parent -> parent.startsWith("pg_attribute ") || parent.startsWith("pg_type "))
                        .map(all::get)
                        .anyMatch(of -> of != null
                                && (of.missing() || of.differsIn("attnotnull") || of.differsIn("typnotnull")));
    }

    /**
     * Whether a part changed only as what it is part of: a column of a partition with that of the parent, the array of a
     * type with the type; or it is part of something that was renamed.
     */
    private boolean changedAlong(Change change) {
        if (change.missing() || change.before() == null || change.after() == null) {
            return false;
        }
        return renamedAlong(change.before(), change.after())
                || (ALONG.contains(change.thing())
                        && change.names().stream().noneMatch(Words::isPrivileges)
                        && change.any().parents().stream()
                                .filter(parent -> !parent.equals(change.identity()))
                                .map(all::get)
                                .anyMatch(parent -> parent != null && isPassedOn(change, parent)));
    }

    /** A schema passes nothing on, a table nothing to its partitions but columns; what is passed on has the same values. */
    private static boolean isPassedOn(Change change, Change parent) {
        boolean partition = change.thing().equals("pg_class")
                && parent.thing().equals("pg_class")
                && change.any().kind().endsWith("table");
        return !parent.missing()
                && !parent.thing().equals("pg_namespace")
                && !partition
                && change.names().stream()
                        .allMatch(name -> parent.names().stream()
                                .anyMatch(other -> Words.field(other).equals(Words.field(name))
                                        && Objects.equals(change.was(name), parent.was(other))
                                        && Objects.equals(change.is(name), parent.is(other))));
    }

    /** A constraint over other columns than before is one mistake more, unless these are the same under other names. */
    private boolean renamedAlong(Thing before, Thing after) {
        List<Thing> lost = missing(before, true);
        List<Thing> left = missing(after, false);
        return !lost.isEmpty() && !left.isEmpty() && columnsWithoutNames(lost).equals(columnsWithoutNames(left));
    }

    private List<Thing> missing(Thing of, boolean lost) {
        return of.parents().stream()
                .map(all::get)
                .filter(change -> change != null && (lost ? change.lost() : change.leftOver()))
                .map(Change::any)
                .toList();
    }

    private static List<String> columnsWithoutNames(List<Thing> things) {
        return things.stream()
                .filter(thing -> thing.thing().equals("pg_attribute"))
                .map(thing -> {
                    Map<String, String> fields = new TreeMap<>(thing.fields());
                    fields.remove("attname");
                    return fields.toString();
                })
                .sorted()
                .toList();
    }
}
