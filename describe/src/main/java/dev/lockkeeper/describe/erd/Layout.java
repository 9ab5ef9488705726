package dev.lockkeeper.describe.erd;

import java.util.List;

/**
 * Where everything of a diagram is, in pixels from the top left corner. Nothing lies over another thing, but for lines that cross lines
 * and frames.
 *
 * @param cards in the order of the diagram's boxes
 * @param lines in the order of the diagram's lines
 */
record Layout(int width, int height, List<Frame> frames, List<PlacedCard> cards, List<PlacedLine> lines) {
    Layout {
        frames = List.copyOf(frames);
        cards = List.copyOf(cards);
        lines = List.copyOf(lines);
    }

    record Point(int x, int y) {
        Point moved(int right, int down) {
            return new Point(x + right, y + down);
        }
    }

    record Rectangle(int x, int y, int width, int height) {
        Rectangle moved(int right, int down) {
            return new Rectangle(x + right, y + down, width, height);
        }

        int right() {
            return x + width;
        }

        int bottom() {
            return y + height;
        }
    }

    /** What encloses the tables of a schema. */
    record Frame(String schema, Rectangle area) {}

    /** The area may be higher than the card where many lines end at it. */
    record PlacedCard(Card card, Rectangle area) {}

    /** @param points its corners, from the child to the parent; level and upright stretches take turns */
    record PlacedLine(Line line, List<Point> points) {
        PlacedLine {
            points = List.copyOf(points);
        }
    }
}
