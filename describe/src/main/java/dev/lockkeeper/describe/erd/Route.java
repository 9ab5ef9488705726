package dev.lockkeeper.describe.erd;

import dev.lockkeeper.describe.erd.Layout.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The way of a line as SVG, with what its ends say. */
final class Route {
    private static final int RADIUS = 7;
    /** How far a crow's foot reaches, and half of its width. */
    private static final int FOOT = 11;

    private static final int SPREAD = 5;
    private static final int DASHED = 52;

    private final Line line;
    private final List<Point> points;

    /** @param points from the child to the parent */
    Route(Line line, List<Point> points) {
        this.line = line;
        this.points = points;
    }

    /** Elements without a title. */
    String svg() {
        StringBuilder out = new StringBuilder();
        String way = way(points);
        out.append("<path class=\"hit\" d=\"").append(way).append("\"/>");
        if (!line.isHeld()) {
            path(out, "wish", way);
        } else if (line.isCascading()) {
            List<List<Point>> parts = split();
            path(out, "dash", way(parts.get(0)));
            if (parts.size() > 1) {
                path(out, "", way(parts.get(1)));
            }
        } else {
            path(out, "", way);
        }
        ends(out);
        return out.toString();
    }

    private static void path(StringBuilder out, String style, String way) {
        out.append("<path")
                .append(style.isEmpty() ? "" : " class=\"" + style + "\"")
                .append(" d=\"")
                .append(way)
                .append("\"/>");
    }

    private void ends(StringBuilder out) {
        End child = End.of(points.get(0), points.get(1));
        End parent = End.of(points.get(points.size() - 1), points.get(points.size() - 2));
        if (line.key() == null) {
            path(out, "open", "M" + parent.at(0, 0) + "L" + parent.at(12, 7) + "L" + parent.at(12, -7) + "Z");
            return;
        }
        StringBuilder ends = new StringBuilder();
        if (line.single()) {
            ends.append('M').append(child.at(6, -SPREAD)).append('L').append(child.at(6, SPREAD));
        } else {
            ends.append('M')
                    .append(child.at(0, -SPREAD))
                    .append('L')
                    .append(child.at(FOOT, 0))
                    .append('L')
                    .append(child.at(0, SPREAD));
        }
        ends.append('M').append(parent.at(6, -SPREAD)).append('L').append(parent.at(6, SPREAD));
        path(out, "", ends.toString());
        if (line.optional()) {
            out.append("<circle class=\"open\" cx=\"")
                    .append(parent.x(13))
                    .append("\" cy=\"")
                    .append(parent.y(13))
                    .append("\" r=\"4\"/>");
        }
    }

    /** An end and the direction in which the line leaves it. */
    private record End(Point point, int dx, int dy) {
        static End of(Point end, Point next) {
            return new End(end, Integer.signum(next.x() - end.x()), Integer.signum(next.y() - end.y()));
        }

        int x(int along) {
            return point.x() + dx * along;
        }

        int y(int along) {
            return point.y() + dy * along;
        }

        String at(int along, int across) {
            return (x(along) - dy * across) + " " + (y(along) + dx * across);
        }
    }

    /** With round corners. */
    private static String way(List<Point> points) {
        StringBuilder out = new StringBuilder("M" + text(points.get(0)));
        for (int i = 1; i < points.size() - 1; i++) {
            Point before = points.get(i - 1);
            Point corner = points.get(i);
            Point after = points.get(i + 1);
            double radius = Math.min(RADIUS, Math.min(distance(before, corner), distance(corner, after)) / 2.0);
            out.append('L')
                    .append(towards(corner, before, radius))
                    .append('Q')
                    .append(text(corner))
                    .append(' ')
                    .append(towards(corner, after, radius));
        }
        return out.append('L').append(text(points.get(points.size() - 1))).toString();
    }

    private static String text(Point point) {
        return point.x() + " " + point.y();
    }

    private static int distance(Point a, Point b) {
        return Math.abs(a.x() - b.x()) + Math.abs(a.y() - b.y());
    }

    private static String towards(Point from, Point to, double length) {
        return number(from.x() + Integer.signum(to.x() - from.x()) * length) + " "
                + number(from.y() + Integer.signum(to.y() - from.y()) * length);
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : String.format(Locale.ROOT, "%.1f", value);
    }

    /** The end at the child, and the rest; one part alone when there is not enough for two. */
    private List<List<Point>> split() {
        int left = DASHED;
        for (int i = 1; i < points.size(); i++) {
            Point from = points.get(i - 1);
            Point to = points.get(i);
            int length = distance(from, to);
            // not at a corner, which both parts would cut
            if (left < length - RADIUS && (i == 1 || left > RADIUS)) {
                Point cut = new Point(
                        from.x() + Integer.signum(to.x() - from.x()) * left,
                        from.y() + Integer.signum(to.y() - from.y()) * left);
                List<Point> first = new ArrayList<>(points.subList(0, i));
                first.add(cut);
                List<Point> second = new ArrayList<>(List.of(cut));
                second.addAll(points.subList(i, points.size()));
                return List.of(first, second);
            }
            left = Math.max(RADIUS + 1, left - length);
        }
        return List.of(points);
    }
}
