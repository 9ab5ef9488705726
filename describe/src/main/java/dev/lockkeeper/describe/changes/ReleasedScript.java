package dev.lockkeeper.describe.changes;

import dev.lockkeeper.describe.page.Block;
import dev.lockkeeper.rehearsal.Walked;
import java.util.ArrayList;
import java.util.List;

/**
 * What those who release a migration want to know of it.
 *
 * @param version of the migration
 * @param description of it; empty for none
 * @param locks for which others wait while the up script runs, on relations that were there before it
 * @param back what the rollback guide says of its down script, without the script
 */
public record ReleasedScript(String version, String description, List<Block.Item> locks, List<Block> back) {
    public ReleasedScript {
        locks = List.copyOf(locks);
        back = List.copyOf(back);
    }

    /**
     * Those of some migrations of a component, in its order.
     *
     * @param way all migrations of the component, taken back as well
     * @param from the place of the first
     * @param to the place behind the last
     * @param several whether commands have to name the component
     */
    public static List<ReleasedScript> of(RollbackGuide guide, List<Walked> way, int from, int to, boolean several) {
        List<ReleasedScript> scripts = new ArrayList<>();
        for (int i = from; i < to; i++) {
            Walked one = way.get(i);
            scripts.add(new ReleasedScript(
                    one.migration().version().toString(),
                    one.migration().description(),
                    one.seen()
                            .map(seen -> RollbackGuide.locks(seen, RollbackGuide.gone(one.after(), one.before())))
                            .orElse(List.of()),
                    guide.sections(way, i, i + 1, several).stream()
                            .filter(block -> !(block instanceof Block.Sql))
                            .map(ReleasedScript::below)
                            .toList()));
        }
        return scripts;
    }

    private static Block below(Block block) {
        return block instanceof Block.Heading heading
                ? new Block.Heading(heading.level() + 1, heading.line(), heading.anchor())
                : block;
    }

    String title() {
        return description.isEmpty() ? version : version + " " + description;
    }

    /** What is said of the way back, a text for each sentence or entry. */
    public List<String> backLines() {
        List<String> lines = new ArrayList<>();
        for (Block block : back) {
            if (block instanceof Block.Paragraph paragraph) {
                lines.add(paragraph.line().plain());
            } else if (block instanceof Block.Bullets bullets) {
                bullets.items().forEach(item -> lines.add(item.line().plain()));
            }
        }
        return lines;
    }
}
