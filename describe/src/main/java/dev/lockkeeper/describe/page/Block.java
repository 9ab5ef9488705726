package dev.lockkeeper.describe.page;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A part of a page. */
public sealed interface Block {
    /**
     * A title below that of the page.
     *
     * @param level from 2 on
     * @param anchor by which links find it; null for none
     */
    record Heading(int level, Line line, @Nullable String anchor) implements Block {}

    /** A paragraph. */
    record Paragraph(Line line) implements Block {}

    /** A table; each row has a cell for each head. */
    record Table(List<String> heads, List<List<Line>> rows) implements Block {
        public Table {
            heads = List.copyOf(heads);
            rows = rows.stream().map(List::copyOf).toList();
        }
    }

    /** A list. */
    record Bullets(List<Item> items) implements Block {
        public Bullets {
            items = List.copyOf(items);
        }
    }

    /**
     * A picture within a page of HTML; Markdown leaves it out, since it holds no marks.
     *
     * @param svg the picture, which is never made of anything but what we have written
     */
    record Picture(String svg) implements Block {}

    /** SQL, as it is. */
    record Sql(String text) implements Block {}

    /**
     * What people have written by hand and what is kept when the page is written anew.
     *
     * @param text Markdown; empty when nobody has written anything
     */
    record Notes(String text) implements Block {}

    /**
     * An entry of a list.
     *
     * @param sql what stands below the line; null for nothing
     */
    record Item(Line line, @Nullable String sql) {
        /** The line alone. */
        public static Item of(Line line) {
            return new Item(line, null);
        }

        /** The line with a code at its end: on it, or below it when the code has several lines. */
        public static Item of(Line line, String code) {
            return code.indexOf('\n') < 0 ? of(line.text(": ").code(code)) : new Item(line.text(":"), code);
        }
    }
}
