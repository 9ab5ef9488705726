package dev.lockkeeper.describe.page;

import java.util.List;

/**
 * A page.
 *
 * @param path where it lies, parted by slashes, such as {@code sales/order.md}
 * @param group what it belongs to, such as the name of a schema; empty for none
 * @param title its heading
 */
public record Page(String path, String group, Line title, List<Block> blocks) {
    public Page {
        blocks = List.copyOf(blocks);
    }
}
