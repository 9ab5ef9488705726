package dev.lockkeeper.describe.changes;

import dev.lockkeeper.describe.model.Documented;
import dev.lockkeeper.describe.page.Block;
import dev.lockkeeper.describe.page.Line;
import dev.lockkeeper.describe.page.Page;
import dev.lockkeeper.rehearsal.Walked;
import dev.lockkeeper.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What each migration changed, from its script and from the models before and after it, newest first.
 *
 * @param title the name of the project
 * @param left schemas that are not told of
 */
public record ChangeLog(String title, Set<String> left) {
    /** Where it lies, beside the pages of the dictionary. */
    public static final String PATH = "CHANGELOG.md";

    private static final Set<String> WRITING = Set.of("insert", "update", "delete", "merge", "copy", "truncate");

    /** So much of a statement is enough to know which one it is. In chars. */
    private static final int EXCERPT = 100;

    /**
     * The page.
     *
     * @param components the migrations of each, in their order
     */
    public Page page(List<List<Walked>> components) {
        List<Block> blocks = new ArrayList<>();
        for (List<Walked> component : components) {
            List<Walked> newestFirst = new ArrayList<>(component);
            Collections.reverse(newestFirst);
            for (Walked one : newestFirst) {
                blocks.add(Told.title(
                        components.size() > 1 ? Optional.of(one.component()) : Optional.empty(),
                        one.migration().version().toString(),
                        one.migration().description()));
                blocks.add(Told.list(items(one), "Changes nothing that the dictionary tells of."));
            }
        }
        return new Page(PATH, "", Line.of("Changes of " + title), blocks);
    }

    private List<Block.Item> items(Walked one) {
        List<Block.Item> items = new ArrayList<>(
                Told.items(ModelChanges.along(Documented.of(one.before(), left), Documented.of(one.after(), left))));
        one.migration().up().commands().forEach(statement -> {
            if (!statement.words().isEmpty()
                    && WRITING.contains(statement.words().get(0))) {
                items.add(Block.Item.of(Line.empty().strong("Data").text(": ").code(excerpt(statement))));
            }
        });
        return items;
    }

    /** How a statement begins, up to its first value: that may come from a token, and be secret. */
    static String excerpt(Statement statement) {
        String sql = statement.sql();
        int end = 0;
        while (end < sql.length() && end < EXCERPT && "'$(=\n".indexOf(sql.charAt(end)) < 0) {
            end += Character.charCount(sql.codePointAt(end));
        }
        return end == sql.length() ? sql : sql.substring(0, end).strip() + " …";
    }
}
