package dev.lockkeeper.describe.changes;

import dev.lockkeeper.describe.changes.ModelChange.Sort;
import dev.lockkeeper.describe.page.Block;
import dev.lockkeeper.describe.page.Line;
import dev.lockkeeper.describe.page.Page;
import dev.lockkeeper.source.Migration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What is different from one state to another, for those who use the database.
 *
 * @param from what the first state is called
 * @param to what the second state is called
 * @param changes between them
 * @param migrations that lead from the one to the other; none when the states are of other places
 */
public record ReleaseNotes(String from, String to, List<ModelChange> changes, List<Migration> migrations) {
    public ReleaseNotes {
        changes = List.copyOf(changes);
        migrations = List.copyOf(migrations);
    }

    public Page page() {
        List<Block> blocks = new ArrayList<>();
        list(blocks, "Breaking", changes.stream().filter(ModelChange::breaking).toList());
        for (Sort sort : List.of(Sort.ADDED, Sort.CHANGED, Sort.REMOVED, Sort.ACCESS)) {
            String name = sort.name();
            list(
                    blocks,
                    name.charAt(0) + name.substring(1).toLowerCase(Locale.ROOT),
                    changes.stream()
                            .filter(change -> change.sort() == sort && !change.breaking())
                            .toList());
        }
        if (blocks.isEmpty()) {
            blocks.add(new Block.Paragraph(Line.of("Nothing that the dictionary tells of is different.")));
        }
        if (!migrations.isEmpty()) {
            blocks.add(new Block.Heading(2, Line.of("Migrations"), null));
            blocks.add(new Block.Bullets(migrations.stream()
                    .map(one -> Block.Item.of(Line.of(one.version() + " " + one.description()
                            + (one.down() == null ? ", which no script takes back" : ""))))
                    .toList()));
        }
        return new Page("", "", Line.of("Changes from " + from + " to " + to), blocks);
    }

    private static void list(List<Block> blocks, String title, List<ModelChange> some) {
        List<Block.Item> items = Told.items(some);
        if (!items.isEmpty()) {
            blocks.add(new Block.Heading(2, Line.of(title), null));
            blocks.add(new Block.Bullets(items));
        }
    }
}
