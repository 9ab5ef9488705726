package dev.lockkeeper.rows;

import java.util.List;

/**
 * Columns whose values are chosen together.
 *
 * @param options the values that they can have together, as SQL expressions in the order of the columns, the likeliest first
 */
record Slot(List<String> columns, List<List<String>> options) {
    Slot {
        columns = List.copyOf(columns);
        options = List.copyOf(options);
    }
}
