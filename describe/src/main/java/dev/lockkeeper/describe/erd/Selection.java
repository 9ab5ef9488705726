package dev.lockkeeper.describe.erd;

import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.catalog.model.Partitioning;
import dev.lockkeeper.catalog.model.Relation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Chooses of a model what a diagram shows. */
public final class Selection {
    /** Fewer lines than these to one table hide nothing, however small the diagram. */
    private static final int FEW = 8;
    /** With more boxes than these around a table only its own columns and lines are shown. */
    private static final int MANY = 25;

    private final Links links;
    private final List<ObjectName> hubs;
    private final boolean counted;

    private Selection(Links links, boolean counted) {
        this.links = links;
        this.counted = counted;
        Map<ObjectName, Set<ObjectName>> referring = links.referring();
        this.hubs = referring.entrySet().stream()
                .filter(e -> e.getValue().size() >= FEW
                        && e.getValue().size() * 4 > links.tables().size())
                .sorted(Comparator.<Map.Entry<ObjectName, Set<ObjectName>>>comparingInt(
                                e -> -e.getValue().size())
                        .thenComparing(Map.Entry::getKey))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Of everything. */
    public static Selection of(Model model) {
        return new Selection(Links.of(model), false);
    }

    /** Of what these schemas have. */
    public static Selection of(Model model, Set<String> schemas) {
        return new Selection(Links.of(model).within(schemas), false);
    }

    /** The same with the number of partitions, which comes and goes while the schema stays as it is: for a live database. */
    public Selection counted() {
        return new Selection(links, true);
    }

    /** All tables. A table that more than a quarter of the others refer to is a hub and has no lines to it. */
    public Diagram all(Level level) {
        Map<ObjectName, Level> shown = new LinkedHashMap<>();
        links.tables().keySet().forEach(name -> shown.put(name, level));
        return diagram(level, shown, null);
    }

    /**
     * A table and those that are at most this many keys away, hubs not gone through.
     *
     * @param focus which must be among the tables, see {@link #has}
     */
    public Diagram around(ObjectName focus, int depth) {
        Map<ObjectName, Set<ObjectName>> neighbors = new TreeMap<>();
        for (Line line : links.lines()) {
            if (links.isWhole(line)) {
                neighbors
                        .computeIfAbsent(line.child(), child -> new TreeSet<>())
                        .add(line.parent());
                neighbors
                        .computeIfAbsent(line.parent(), parent -> new TreeSet<>())
                        .add(line.child());
            }
        }
        Set<ObjectName> found = new LinkedHashSet<>(List.of(focus));
        Set<ObjectName> edge = found;
        for (int step = 0; step < depth; step++) {
            Set<ObjectName> next = new TreeSet<>();
            for (ObjectName name : edge) {
                if (name.equals(focus)) {
                    next.addAll(neighbors.getOrDefault(name, Set.of()));
                } else if (!hubs.contains(name)) {
                    neighbors.getOrDefault(name, Set.of()).stream()
                            .filter(Predicate.not(hubs::contains))
                            .forEach(next::add);
                }
            }
            next.removeAll(found);
            found.addAll(next);
            edge = next;
        }
        Level others = found.size() > MANY ? Level.NAMES : Level.KEYS;
        Map<ObjectName, Level> shown = new LinkedHashMap<>();
        links.tables().keySet().stream()
                .filter(found::contains)
                .forEach(name -> shown.put(name, name.equals(focus) ? Level.ALL : others));
        return diagram(others, shown, focus);
    }

    public boolean has(ObjectName table) {
        return links.tables().containsKey(table);
    }

    /** All tables, by schema and name. */
    public Set<ObjectName> tables() {
        return links.tables().keySet();
    }

    private Diagram diagram(Level level, Map<ObjectName, Level> shown, @Nullable ObjectName focus) {
        List<Line> drawn = new ArrayList<>();
        Map<ObjectName, Integer> more = new LinkedHashMap<>();
        Map<ObjectName, List<Line>> marked = new LinkedHashMap<>();
        hubs.forEach(hub -> marked.put(hub, new ArrayList<>()));
        boolean crowded = focus != null && shown.size() > MANY;
        int left = 0;
        for (Line line : links.lines()) {
            boolean child = shown.containsKey(line.child());
            boolean parent = shown.containsKey(line.parent());
            boolean atFocus = focus != null && line.isOf(focus);
            if (child && !atFocus && isToHub(line)) {
                marked.computeIfAbsent(line.parent(), hub -> new ArrayList<>()).add(line);
            } else if (child && parent && (atFocus || !crowded)) {
                drawn.add(line);
            } else if ((child || parent) && line.key() != null) {
                Stream.of(line.child(), line.parent())
                        .distinct()
                        .filter(shown::containsKey)
                        .forEach(end -> more.merge(end, 1, Integer::sum));
                left++;
            }
        }
        List<Hub> counted = new ArrayList<>();
        marked.forEach((hub, lines) -> {
            if (!lines.isEmpty()) {
                counted.add(new Hub(counted.size() + 1, hub, lines));
            }
        });
        List<Box> boxes = new ArrayList<>();
        shown.forEach((name, much) -> {
            Relation table = Objects.requireNonNull(links.tables().get(name));
            boxes.add(new Box(
                    table,
                    links.rows(table, much),
                    more.getOrDefault(name, 0),
                    counted.stream()
                            .filter(hub -> hub.name().equals(name))
                            .mapToInt(Hub::number)
                            .findFirst()
                            .orElse(0),
                    counted.stream()
                            .filter(hub -> hub.isFor(name))
                            .map(Hub::number)
                            .toList(),
                    partitions(table),
                    name.equals(focus)));
        });
        return new Diagram(level, boxes, drawn, counted, left);
    }

    private int partitions(Relation table) {
        Partitioning partitioning = table.partitioning();
        return counted && partitioning != null ? partitioning.partitions() : 0;
    }

    private boolean isToHub(Line line) {
        return line.key() != null
                && hubs.contains(line.parent())
                && !line.child().equals(line.parent());
    }
}
