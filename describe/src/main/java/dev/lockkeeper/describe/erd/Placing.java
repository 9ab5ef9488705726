package dev.lockkeeper.describe.erd;

import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.describe.erd.Layout.Frame;
import dev.lockkeeper.describe.erd.Layout.PlacedCard;
import dev.lockkeeper.describe.erd.Layout.PlacedLine;
import dev.lockkeeper.describe.erd.Layout.Point;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Places a diagram: what lines tie together by ELK, each such part as well as it can be, and the parts beside each other. */
final class Placing {
    private static final int MARGIN = 24;
    private static final int BETWEEN = 26;
    /** A line that goes on below, or far, costs the eye something: it must save this much. */
    private static final double WORTH = 0.75;

    private final Diagram diagram;
    private final TextWidth measure;
    private final boolean framed;
    private final Map<String, String> roots = new HashMap<>();

    private Placing(Diagram diagram, TextWidth measure) {
        this.measure = measure;
        this.diagram = diagram;
        this.framed = diagram.schemas().size() > 1;
    }

    static Layout of(Diagram diagram, List<Card> cards, TextWidth measure) {
        return new Placing(diagram, measure).place(cards);
    }

    private Layout place(List<Card> cards) {
        for (Line line : diagram.lines()) {
            roots.put(root(unit(line.child())), root(unit(line.parent())));
        }
        Map<String, List<Card>> parts = new LinkedHashMap<>();
        for (Card card : cards) {
            parts.computeIfAbsent(part(card.box().name()), root -> new ArrayList<>())
                    .add(card);
        }
        List<Layout> layouts = new ArrayList<>();
        parts.forEach((root, together) -> {
            List<Line> lines = diagram.lines().stream()
                    .filter(line -> part(line.child()).equals(root))
                    .toList();
            layouts.add(best(together, lines));
        });
        return beside(layouts);
    }

    /** What is placed as a whole: a schema with its frame, or a table. */
    private String unit(ObjectName table) {
        return framed ? table.schema() : table.quoted();
    }

    private String root(String unit) {
        String at = unit;
        for (String next = roots.get(at); next != null && !next.equals(at); next = roots.get(at)) {
            at = next;
        }
        return at;
    }

    /** Tables without frame and line are one part. */
    private String part(ObjectName table) {
        boolean loose = !framed && diagram.lines().stream().noneMatch(line -> line.isOf(table));
        return loose ? "" : root(unit(table));
    }

    private Layout best(List<Card> cards, List<Line> lines) {
        Layout best = ElkLayout.of(framed, cards, lines, ElkLayout.Way.PLAIN, measure);
        if (lines.isEmpty()) {
            return best;
        }
        for (ElkLayout.Way way : List.of(ElkLayout.Way.BELOW_FRAMES, ElkLayout.Way.BELOW)) {
            Layout below = ElkLayout.of(framed, cards, lines, way, measure);
            if (size(below) < size(best) * WORTH) {
                best = below;
            }
        }
        if (isTall(best)) {
            Layout early = ElkLayout.of(framed, cards, lines, ElkLayout.Way.EARLY, measure);
            if (size(early) < size(best) && length(early) <= length(best)) {
                best = early;
            }
        }
        if (isTall(best)) {
            Layout narrow = ElkLayout.of(framed, cards, lines, ElkLayout.Way.NARROW, measure);
            if (size(narrow) < size(best) * WORTH) {
                best = narrow;
            }
        }
        return best;
    }

    private static boolean isTall(Layout layout) {
        return layout.height() > layout.width();
    }

    /** Of all lines together. */
    private static long length(Layout layout) {
        long length = 0;
        for (PlacedLine line : layout.lines()) {
            for (int i = 1; i < line.points().size(); i++) {
                Point from = line.points().get(i - 1);
                Point to = line.points().get(i);
                length += Math.abs(to.x() - from.x()) + Math.abs(to.y() - from.y());
            }
        }
        return length;
    }

    /** How high a window of the right shape must be to show all of it. */
    private static double size(Layout layout) {
        return Math.max(layout.width() / Shelf.SHAPE, layout.height());
    }

    /** In rows, the highest first. */
    private Layout beside(List<Layout> parts) {
        long area = parts.stream()
                .mapToLong(part -> (long) (part.width() + BETWEEN) * (part.height() + BETWEEN))
                .sum();
        int widest = parts.stream().mapToInt(Layout::width).max().orElse(0);
        int room = Math.max(widest, (int) Math.sqrt(area * Shelf.SHAPE));
        List<Frame> frames = new ArrayList<>();
        Map<ObjectName, PlacedCard> cards = new HashMap<>();
        Map<Line, PlacedLine> lines = new HashMap<>();
        int x = 0;
        int y = 0;
        int row = 0;
        int right = 0;
        for (Layout part : parts.stream()
                .sorted(Comparator.comparingInt(Layout::height).reversed())
                .toList()) {
            if (x > 0 && x + part.width() > room) {
                x = 0;
                y += row + BETWEEN;
                row = 0;
            }
            int dx = MARGIN + x;
            int dy = MARGIN + y;
            part.frames()
                    .forEach(frame ->
                            frames.add(new Frame(frame.schema(), frame.area().moved(dx, dy))));
            part.cards()
                    .forEach(placed -> cards.put(
                            placed.card().box().name(),
                            new PlacedCard(placed.card(), placed.area().moved(dx, dy))));
            part.lines()
                    .forEach(placed -> lines.put(
                            placed.line(),
                            new PlacedLine(
                                    placed.line(),
                                    placed.points().stream()
                                            .map(point -> point.moved(dx, dy))
                                            .toList())));
            row = Math.max(row, part.height());
            right = Math.max(right, x + part.width());
            x += part.width() + BETWEEN;
        }
        return new Layout(
                right + 2 * MARGIN,
                y + row + 2 * MARGIN,
                frames,
                diagram.boxes().stream().map(box -> cards.get(box.name())).toList(),
                diagram.lines().stream().map(lines::get).toList());
    }
}
