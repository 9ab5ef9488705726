package dev.lockkeeper.describe.changes;

import dev.lockkeeper.describe.changes.ModelChange.Sort;
import dev.lockkeeper.describe.page.Block;
import dev.lockkeeper.describe.page.Line;
import dev.lockkeeper.describe.page.Page;
import dev.lockkeeper.describe.types.ContractChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What is different from one state to another, for those who use the database.
 *
 * @param from what the first state is called
 * @param to what the second state is called
 * @param changes between them
 * @param types what of the contract of types they have apart
 * @param scripts that lead from the one to the other; none when the states are of other places
 */
public record ReleaseNotes(
        String from, String to, List<ModelChange> changes, List<ContractChange> types, List<ReleasedScript> scripts) {
    public ReleaseNotes {
        changes = List.copyOf(changes);
        types = List.copyOf(types);
        scripts = List.copyOf(scripts);
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
        List<Block.Item> broken = types.stream()
                .filter(ContractChange::breaking)
                .map(one -> Block.Item.of(Line.of(Told.WARNING).code(one.fact()).text(" " + one.told())))
                .toList();
        if (!broken.isEmpty()) {
            blocks.add(new Block.Heading(2, Line.of("Types that break programs"), null));
            blocks.add(new Block.Bullets(broken));
        }
        if (!scripts.isEmpty()) {
            blocks.add(new Block.Heading(2, Line.of("Migrations"), null));
            for (ReleasedScript one : scripts) {
                blocks.add(new Block.Heading(3, Line.of(one.title()), null));
                blocks.add(Told.list(one.locks(), "No lock for which others wait, on what was there before."));
            }
            blocks.add(new Block.Heading(2, Line.of("Rollback"), null));
            for (int i = scripts.size() - 1; i >= 0; i--) {
                blocks.addAll(scripts.get(i).back());
            }
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
