package dev.lockkeeper.describe.erd;

import dev.lockkeeper.report.PlanReport;
import dev.lockkeeper.report.Style;
import java.util.ArrayList;
import java.util.List;

/** Gives boxes their texts and their size. */
final class Cards {
    private static final int NARROWEST = 110;
    private static final int WIDEST = 460;
    private static final int LONGEST_TYPE = 180;
    private static final int BETWEEN = 16;

    private final TextWidth measure;

    Cards(TextWidth measure) {
        this.measure = measure;
    }

    List<Card> of(List<Box> boxes) {
        return boxes.stream().map(this::of).toList();
    }

    private Card of(Box box) {
        double marks = marks(box);
        String heading =
                measure.fit(Style.line(box.name().name()), Card.HEAD_SIZE, true, WIDEST - 2 * Card.PADDING - marks);
        double widest = Card.PADDING * 2 + measure.of(heading, Card.HEAD_SIZE, true) + marks;
        List<Card.Text> lines = new ArrayList<>();
        for (Row row : box.rows()) {
            String type = measure.fit(
                    Style.line(row.type()) + (row.nullable() ? "?" : ""), Card.TYPE_SIZE, false, LONGEST_TYPE);
            double typeWidth = measure.of(type, Card.TYPE_SIZE, false);
            double around = Card.GUTTER + BETWEEN + typeWidth + Card.PADDING;
            String name = measure.fit(Style.line(row.column().name()), Card.NAME_SIZE, row.primary(), WIDEST - around);
            widest = Math.max(widest, around + measure.of(name, Card.NAME_SIZE, row.primary()));
            lines.add(new Card.Text(name, type));
        }
        String footer = footer(box);
        widest = Math.max(widest, 2 * Card.PADDING + measure.of(footer, Card.TYPE_SIZE, false));
        int height =
                Card.HEAD + (lines.isEmpty() ? 0 : lines.size() * Card.ROW + 6) + (footer.isEmpty() ? 0 : Card.FOOT);
        return new Card(box, heading, lines, footer, (int) Math.ceil(Math.max(widest, NARROWEST)), height);
    }

    /** How many partitions it has; empty where that is not known. */
    static String count(Box box) {
        return box.partitions() == 0 ? "" : Integer.toString(box.partitions());
    }

    private double marks(Box box) {
        int marks =
                box.refersTo().size() + (box.hub() > 0 ? 1 : 0) + (box.table().rowSecurity() ? 1 : 0);
        double partitions =
                box.table().partitioning() == null ? 0 : Card.MARK + measure.of(count(box), Card.TYPE_SIZE, false);
        return marks * Card.MARK + partitions;
    }

    /** What the box leaves out; a box of a name alone says nothing of that. */
    private static String footer(Box box) {
        List<String> parts = new ArrayList<>();
        if (!box.rows().isEmpty() && box.hidden() > 0) {
            parts.add("+ " + PlanReport.count(box.hidden(), "column"));
        }
        if (!box.rows().isEmpty() && box.more() > 0) {
            parts.add(box.more() + " more " + (box.more() == 1 ? "key" : "keys"));
        }
        return String.join(", ", parts);
    }
}
