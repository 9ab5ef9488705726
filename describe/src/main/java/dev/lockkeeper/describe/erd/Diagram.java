package dev.lockkeeper.describe.erd;

import dev.lockkeeper.catalog.model.ObjectName;
import java.util.List;
import java.util.Optional;

/**
 * What a picture of a schema shows, before it has a place.
 *
 * @param boxes by schema, then name
 * @param lines by child, then name of the key
 * @param more how many foreign keys of its tables have neither a line nor a mark here
 */
public record Diagram(Level level, List<Box> boxes, List<Line> lines, List<Hub> hubs, int more) {
    public Diagram {
        boxes = List.copyOf(boxes);
        lines = List.copyOf(lines);
        hubs = List.copyOf(hubs);
    }

    /** Those that have a box here, in their order. */
    public List<String> schemas() {
        return boxes.stream().map(box -> box.name().schema()).distinct().toList();
    }

    public Optional<Box> focus() {
        return boxes.stream().filter(Box::focus).findFirst();
    }

    /** Foreign keys that are drawn. */
    public long drawn() {
        return lines.stream().filter(line -> line.key() != null).count();
    }

    /** Foreign keys that a mark stands for. */
    public int marked() {
        return hubs.stream().mapToInt(Hub::keys).sum();
    }

    Optional<Box> box(ObjectName name) {
        return boxes.stream().filter(box -> box.name().equals(name)).findFirst();
    }
}
