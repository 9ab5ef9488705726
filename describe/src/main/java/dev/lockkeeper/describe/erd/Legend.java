package dev.lockkeeper.describe.erd;

import dev.lockkeeper.catalog.model.ForeignKey;
import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.describe.erd.Layout.Point;
import dev.lockkeeper.report.Html;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Explains the signs that a picture has, and only these. */
final class Legend {
    private static final int ROW = 24;
    private static final int SAMPLE = 58;
    private static final int GAP = 26;

    private final Diagram diagram;
    private final TextWidth measure;
    private final List<Item> items = new ArrayList<>();

    /** @param sign at 0/0, half of it above */
    private record Item(String sign, int width, String text) {}

    Legend(Diagram diagram, TextWidth measure) {
        this.diagram = diagram;
        this.measure = measure;
        lines();
        rows();
        for (Hub hub : diagram.hubs()) {
            items.add(new Item(Mark.hub(hub.number(), 0, -7), 18, hub.name() + ": " + Told.marked(hub)));
        }
    }

    private void lines() {
        line(
                "any number for each parent",
                line -> line.key() != null && !line.single(),
                false,
                false,
                "NO ACTION",
                true);
        line(
                "at most one for each parent",
                line -> line.key() != null && line.single(),
                true,
                false,
                "NO ACTION",
                true);
        line("may be without parent", Line::optional, false, true, "NO ACTION", true);
        line("goes with its parent (on delete cascade)", Line::isCascading, false, false, "CASCADE", true);
        line("not enforced, or not valid for old rows", line -> !line.isHeld(), false, false, "NO ACTION", false);
        if (diagram.lines().stream().anyMatch(line -> line.key() == null)) {
            sample("inherits", new Line(HERE, THERE, null, false, false));
        }
    }

    private static final ObjectName HERE = new ObjectName("", "child");
    private static final ObjectName THERE = new ObjectName("", "parent");

    private void line(
            String text, Predicate<Line> which, boolean single, boolean optional, String onDelete, boolean held) {
        if (diagram.lines().stream().anyMatch(which)) {
            ForeignKey key =
                    new ForeignKey("", List.of(), THERE, List.of(), onDelete, "NO ACTION", false, held, held, "", null);
            sample(text, new Line(HERE, THERE, key, optional, single));
        }
    }

    private void sample(String text, Line line) {
        String sign = new Route(line, List.of(new Point(SAMPLE, -1), new Point(0, -1))).svg();
        items.add(new Item("<g class=\"line\">" + sign + "</g>", SAMPLE, text));
    }

    private void rows() {
        icon(Icon.KEY, "primary key", Row::primary);
        icon(Icon.FOREIGN, "refers to another table", Row::foreign);
        icon(Icon.UNIQUE, "unique", row -> row.unique() && !row.primary());
        if (any(Row::nullable)) {
            items.add(new Item("<text class=\"muted\" y=\"3\">type?</text>", 32, "may be null"));
        }
        if (any(row -> row.column().isComputed())) {
            items.add(new Item("<text class=\"made\" y=\"3\">name</text>", 34, "made by the server"));
        }
        if (diagram.boxes().stream().anyMatch(box -> box.table().partitioning() != null)) {
            items.add(new Item(Icon.PARTITIONS.at(0, -7), 14, "partitions"));
        }
        if (diagram.boxes().stream().anyMatch(box -> box.table().rowSecurity())) {
            items.add(new Item(Icon.SHIELD.at(0, -7), 14, "row security"));
        }
    }

    private void icon(Icon icon, String text, Predicate<Row> which) {
        if (any(which)) {
            items.add(new Item(icon.at(0, -7), 14, text));
        }
    }

    private boolean any(Predicate<Row> which) {
        return diagram.boxes().stream().flatMap(box -> box.rows().stream()).anyMatch(which);
    }

    private double width(Item item) {
        return item.width() + 7 + measure.of(item.text(), Card.NAME_SIZE, false);
    }

    /** How high it is in a picture of this width. */
    int height(int width) {
        return items.isEmpty() ? 0 : write(Html.brief(), 0, 0, width);
    }

    /** Writes it below this height, and tells how high it is. */
    int write(Html out, int left, int top, int width) {
        double x = 0;
        int y = top + ROW;
        for (Item item : items) {
            double need = width(item);
            if (x > 0 && x + need > width) {
                x = 0;
                y += ROW;
            }
            int at = (int) Math.round(left + x);
            out.raw("<g transform=\"translate(" + at + " " + y + ")\">" + item.sign() + "<text class=\"muted\" x=\""
                            + (item.width() + 7) + "\" y=\"3\">")
                    .text(item.text())
                    .raw("</text></g>\n");
            x += need + GAP;
        }
        return y + ROW / 2 - top;
    }
}
