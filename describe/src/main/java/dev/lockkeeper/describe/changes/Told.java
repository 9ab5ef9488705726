package dev.lockkeeper.describe.changes;

import dev.lockkeeper.describe.changes.ModelChange.Sort;
import dev.lockkeeper.describe.page.Block;
import dev.lockkeeper.describe.page.Line;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** How changes are told as lists, what may break something first. */
final class Told {
    static final String WARNING = "⚠ ";

    private Told() {}

    /** One entry for each; what is only described otherwise is left out. */
    static List<Block.Item> items(List<ModelChange> changes) {
        return changes.stream()
                .filter(change -> change.sort() != Sort.DESCRIBED)
                .sorted(Comparator.comparing((ModelChange change) -> !change.breaking())
                        .thenComparing(ModelChange::sort))
                .map(Told::item)
                .toList();
    }

    private static Block.Item item(ModelChange change) {
        return Block.Item.of(change.breaking() ? Line.of(WARNING).and(change.line()) : change.line());
    }

    /** A list; a sentence when it has no entry. */
    static Block list(List<Block.Item> items, String none) {
        return items.isEmpty() ? new Block.Paragraph(Line.of(none)) : new Block.Bullets(items);
    }

    /** A title for a migration; the component only where there are several. */
    static Block title(Optional<String> component, String version, String description) {
        Line line = component.map(name -> Line.of(name + " ")).orElse(Line.empty());
        return new Block.Heading(2, line.text(version + (description.isEmpty() ? "" : " " + description)), null);
    }
}
