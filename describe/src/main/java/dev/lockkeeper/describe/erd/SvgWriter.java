package dev.lockkeeper.describe.erd;

import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.catalog.model.Relation;
import dev.lockkeeper.describe.erd.Layout.Frame;
import dev.lockkeeper.describe.erd.Layout.PlacedCard;
import dev.lockkeeper.describe.erd.Layout.PlacedLine;
import dev.lockkeeper.describe.erd.Layout.Rectangle;
import dev.lockkeeper.report.Html;
import dev.lockkeeper.report.PlanReport;
import dev.lockkeeper.report.Style;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** Writes a picture as SVG: links, titles, a legend, and no script. */
final class SvgWriter {
    private static final int MARGIN = 24;
    private static final int TOP = 56;
    private static final int NARROWEST = 420;

    private final Diagram diagram;
    private final String title;
    private final Function<ObjectName, String> links;
    private final TextWidth measure;
    private final Layout layout;
    private final Map<ObjectName, Integer> numbers = new HashMap<>();
    private final List<String> schemas;
    private final Html out = Html.brief();

    /** @param links where a table leads to */
    SvgWriter(Diagram diagram, String title, Function<ObjectName, String> links, TextWidth measure) {
        this.diagram = diagram;
        this.title = Style.line(title);
        this.links = links;
        this.measure = measure;
        this.layout = Placing.of(diagram, new Cards(measure).of(diagram.boxes()), measure);
        this.schemas = diagram.schemas();
        for (Box box : diagram.boxes()) {
            numbers.put(box.name(), numbers.size());
        }
    }

    /** @param alone whether it is a file of its own: a page has the style sheet once, and the title itself */
    String svg(boolean alone) {
        int top = alone ? TOP : 0;
        Legend legend = new Legend(diagram, measure);
        int width = Math.max(
                Math.max(layout.width(), NARROWEST),
                2 * MARGIN + (int) Math.ceil(Math.max(measure.of(title, 19, true), measure.of(subtitle(), 12, false))));
        int below = top + layout.height();
        int height = below + legend.height(width - 2 * MARGIN) + MARGIN / 2;
        out.raw("<svg" + (alone ? " xmlns=\"http://www.w3.org/2000/svg\"" : "")
                        + " class=\"erd\" role=\"graphics-document\" width=\"" + width + "\" height=\"" + height
                        + "\" viewBox=\"0 0 " + width + " " + height + "\">\n<title>")
                .text(title)
                .raw("</title>\n<desc>")
                .text(subtitle())
                .raw("</desc>\n");
        if (alone) {
            out.raw("<style>\n" + SvgStyle.css() + "</style>\n");
        }
        out.raw("<rect class=\"paper\" width=\"" + width + "\" height=\"" + height + "\"/>\n");
        if (alone) {
            out.raw("<text class=\"title\" x=\"" + MARGIN + "\" y=\"32\">")
                    .text(title)
                    .raw("</text>\n");
            out.raw("<text class=\"muted\" x=\"" + MARGIN + "\" y=\"51\">")
                    .text(subtitle())
                    .raw("</text>\n");
        }
        out.raw("<g transform=\"translate(0 " + top + ")\">\n");
        layout.frames().forEach(this::frame);
        layout.lines().forEach(this::line);
        layout.cards().forEach(this::card);
        out.raw("</g>\n");
        legend.write(out, MARGIN, below, width - 2 * MARGIN);
        return out.raw("</svg>\n").toString();
    }

    private String subtitle() {
        return subtitle(diagram);
    }

    /** How much of what there is. */
    static String subtitle(Diagram diagram) {
        List<String> schemas = diagram.schemas();
        int tables = diagram.boxes().size();
        StringBuilder text = new StringBuilder(PlanReport.count(tables, "table"));
        if (schemas.size() == 1) {
            text.append(" in schema ").append(Style.line(schemas.get(0)));
        } else if (schemas.size() > 1) {
            text.append(" in ").append(schemas.size()).append(" schemas");
        }
        text.append(", ")
                .append(PlanReport.count(diagram.drawn(), "foreign key"))
                .append(" drawn");
        if (diagram.marked() > 0) {
            text.append(", ").append(diagram.marked()).append(" marked");
        }
        if (diagram.more() > 0) {
            text.append(", ").append(diagram.more()).append(" more");
        }
        return text.toString();
    }

    private int tint(String schema) {
        return schemas.indexOf(schema) % Palette.light().tints().size();
    }

    private void frame(Frame frame) {
        Rectangle area = frame.area();
        out.raw("<rect class=\"frame f" + tint(frame.schema()) + "\" " + rectangle(area) + " rx=\"12\"/>");
        out.raw("<text class=\"schema\" x=\"" + (area.x() + 20) + "\" y=\"" + (area.y() + 26) + "\">")
                .text(Style.line(frame.schema()))
                .raw("</text>\n");
    }

    private static String rectangle(Rectangle area) {
        return "x=\"" + area.x() + "\" y=\"" + area.y() + "\" width=\"" + area.width() + "\" height=\"" + area.height()
                + "\"";
    }

    private void line(PlacedLine placed) {
        Line line = placed.line();
        out.raw("<g class=\"line\" data-c=\"" + numbers.get(line.child()) + "\" data-p=\"" + numbers.get(line.parent())
                        + "\"><title>")
                .text(Told.line(line))
                .raw("</title>" + new Route(line, placed.points()).svg() + "</g>\n");
    }

    private void card(PlacedCard placed) {
        Card card = placed.card();
        Box box = card.box();
        Rectangle area = placed.area();
        String own = Anchor.of(box.name());
        // where links lead elsewhere, a page may have the same table in several pictures
        boolean target = links.apply(box.name()).equals("#" + own);
        out.raw("<a" + (target ? " id=\"" + own + "\"" : "") + " data-t=\"" + numbers.get(box.name()) + "\""
                        + (box.focus() ? " class=\"focus\"" : "") + " href=\"")
                .text(links.apply(box.name()))
                .raw("\"><title>")
                .text(Told.table(box, diagram))
                .raw("</title>");
        boolean bare = card.lines().isEmpty() && card.footer().isEmpty();
        String head = "h" + tint(box.name().schema());
        out.raw("<rect class=\"" + (bare ? head : "box") + "\" " + rectangle(area) + " rx=\"6\"/>");
        int headHeight = bare ? area.height() : Card.HEAD;
        if (!bare) {
            out.raw("<path class=\"" + head + "\" d=\"M" + area.x() + " " + (area.y() + Card.HEAD) + "v-"
                    + (Card.HEAD - 6) + "q0 -6 6 -6h" + (area.width() - 12) + "q6 0 6 6v" + (Card.HEAD - 6) + "z\"/>");
        }
        boolean remote = box.table().kind() == Relation.Kind.FOREIGN_TABLE;
        out.raw("<rect class=\"edge" + (remote ? " foreign" : "") + "\" " + rectangle(area) + " rx=\"6\"/>");
        int middle = area.y() + headHeight / 2;
        out.raw("<text class=\"name\" x=\"" + (area.x() + Card.PADDING) + "\" y=\"" + (middle + 5) + "\">")
                .text(card.heading())
                .raw("</text>");
        marks(box, area, middle);
        int y = area.y() + Card.HEAD + 3;
        for (int i = 0; i < card.lines().size(); i++) {
            row(box.rows().get(i), card.lines().get(i), area, y);
            y += Card.ROW;
        }
        if (!card.footer().isEmpty()) {
            out.raw("<text class=\"foot\" x=\"" + (area.x() + Card.PADDING) + "\" y=\"" + (y + 12) + "\">")
                    .text(card.footer())
                    .raw("</text>");
        }
        out.raw("</a>\n");
    }

    /** From the right end of the head to the left. */
    private void marks(Box box, Rectangle area, int middle) {
        int x = area.right() - Card.PADDING + 2;
        if (box.hub() > 0) {
            x -= Card.MARK;
            out.raw(Mark.hub(box.hub(), x + 2, middle - 7));
        }
        for (int i = box.refersTo().size() - 1; i >= 0; i--) {
            x -= Card.MARK;
            out.raw(Mark.reference(box.refersTo().get(i), x + 2, middle - 7));
        }
        if (box.table().rowSecurity()) {
            x -= Card.MARK;
            out.raw(Icon.SHIELD.at(x + 3, middle - 6));
        }
        if (box.table().partitioning() != null) {
            String count = Cards.count(box);
            if (!count.isEmpty()) {
                x -= (int) Math.ceil(measure.of(count, Card.TYPE_SIZE, false));
                out.raw("<text class=\"count\" x=\"" + x + "\" y=\"" + (middle + 4) + "\">" + count + "</text>");
            }
            x -= Card.MARK - 4;
            out.raw(Icon.PARTITIONS.at(x, middle - 6));
        }
    }

    private void row(Row row, Card.Text text, Rectangle area, int y) {
        String told = Told.row(row, text);
        if (!told.isEmpty()) {
            out.raw("<g><title>").text(told).raw("</title>");
        }
        int icons = area.x() + Card.PADDING - 3;
        if (row.primary()) {
            out.raw(Icon.KEY.at(icons, y + 3));
        } else if (row.unique()) {
            out.raw(Icon.UNIQUE.at(icons, y + 3));
        }
        if (row.foreign()) {
            out.raw(Icon.FOREIGN.at(icons + 13, y + 4));
        }
        List<String> styles = Stream.of(
                        row.primary() ? "primary" : "", row.column().isComputed() ? "made" : "")
                .filter(style -> !style.isEmpty())
                .toList();
        String style = styles.isEmpty() ? "" : " class=\"" + String.join(" ", styles) + "\"";
        out.raw("<text" + style + " x=\"" + (area.x() + Card.GUTTER) + "\" y=\"" + (y + 14) + "\">")
                .text(text.name())
                .raw("</text>");
        out.raw("<text class=\"type\" x=\"" + (area.right() - Card.PADDING) + "\" y=\"" + (y + 14) + "\">")
                .text(text.type())
                .raw("</text>");
        if (!told.isEmpty()) {
            out.raw("</g>");
        }
    }
}
