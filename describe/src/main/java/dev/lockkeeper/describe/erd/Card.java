package dev.lockkeeper.describe.erd;

import java.util.List;

/**
 * A box with the texts that it shows and the room that they need, in pixels.
 *
 * @param heading the name of the table, as much of it as has room
 * @param lines a name and a type for each row of the box
 * @param footer what is not shown; empty for nothing
 */
record Card(Box box, String heading, List<Text> lines, String footer, int width, int height) {
    static final int HEAD = 28;
    static final int ROW = 19;
    static final int FOOT = 19;
    static final int PADDING = 9;
    /** Before the names of columns, for two icons. */
    static final int GUTTER = 37;
    /** What a partition count, a shield and the like take in the head, with the space before them. */
    static final int MARK = 19;

    static final int FRAME_SIZE = 14;
    static final int HEAD_SIZE = 13;
    static final int NAME_SIZE = 12;
    static final int TYPE_SIZE = 11;

    Card {
        lines = List.copyOf(lines);
    }

    /** What a row shows. */
    record Text(String name, String type) {}
}
