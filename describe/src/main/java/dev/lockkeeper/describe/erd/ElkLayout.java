package dev.lockkeeper.describe.erd;

import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.describe.erd.Layout.Frame;
import dev.lockkeeper.describe.erd.Layout.PlacedCard;
import dev.lockkeeper.describe.erd.Layout.PlacedLine;
import dev.lockkeeper.describe.erd.Layout.Point;
import dev.lockkeeper.describe.erd.Layout.Rectangle;
import dev.lockkeeper.report.Style;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.eclipse.elk.alg.layered.options.CuttingStrategy;
import org.eclipse.elk.alg.layered.options.LayeredOptions;
import org.eclipse.elk.alg.layered.options.LayeringStrategy;
import org.eclipse.elk.alg.layered.options.NodePlacementStrategy;
import org.eclipse.elk.alg.layered.options.WrappingStrategy;
import org.eclipse.elk.core.RecursiveGraphLayoutEngine;
import org.eclipse.elk.core.data.LayoutMetaDataService;
import org.eclipse.elk.core.math.ElkPadding;
import org.eclipse.elk.core.math.KVector;
import org.eclipse.elk.core.options.CoreOptions;
import org.eclipse.elk.core.options.Direction;
import org.eclipse.elk.core.options.EdgeRouting;
import org.eclipse.elk.core.options.HierarchyHandling;
import org.eclipse.elk.core.options.PortConstraints;
import org.eclipse.elk.core.options.PortSide;
import org.eclipse.elk.core.options.SizeConstraint;
import org.eclipse.elk.core.util.BasicProgressMonitor;
import org.eclipse.elk.graph.ElkEdge;
import org.eclipse.elk.graph.ElkEdgeSection;
import org.eclipse.elk.graph.ElkNode;
import org.eclipse.elk.graph.ElkPort;
import org.eclipse.elk.graph.util.ElkGraphUtil;

/**
 * Places what lines tie together by the layered algorithm of Eclipse ELK: parents left of their children, lines level or upright. For one
 * layout.
 */
final class ElkLayout {
    private static final int FRAME_TOP = 40;
    private static final int FRAME_SIDE = 20;

    private final List<Line> lines;
    private final TextWidth measure;
    private final ElkNode root = ElkGraphUtil.createGraph();
    private final Map<String, ElkNode> frames = new LinkedHashMap<>();
    private final Map<ObjectName, ElkNode> nodes = new LinkedHashMap<>();
    private final Map<String, Shelf> shelves = new LinkedHashMap<>();
    private final Map<String, ElkNode> shelfNodes = new HashMap<>();

    /** How the layers are made and where they go on. */
    enum Way {
        /** Lines as short as can be, in one row of layers. */
        PLAIN,
        /** What would become too wide goes on below, between frames. */
        BELOW_FRAMES,
        /** The same within them too. */
        BELOW,
        /** Each table right beside what it refers to: where many refer to few, that makes more layers. */
        EARLY,
        /** Layers of a few tables, so that what is tall becomes wide; lines are longer. */
        NARROW
    }

    /** How many tables a narrow layer holds: of 10, 16 and 24, by which a schema of 173 tables came nearest to a window. */
    private static final int NARROW_LAYER = 16;

    private ElkLayout(List<Line> lines, TextWidth measure) {
        this.lines = lines;
        this.measure = measure;
    }

    /**
     * A layout without margins.
     *
     * @param framed whether each schema gets a frame
     * @param lines between these cards
     */
    static Layout of(boolean framed, List<Card> cards, List<Line> lines, Way way, TextWidth measure) {
        return new ElkLayout(lines, measure).place(framed, cards, way);
    }

    private Layout place(boolean framed, List<Card> cards, Way way) {
        configure(root, 0, 0, way);
        List<String> schemas = cards.stream()
                .map(card -> card.box().name().schema())
                .distinct()
                .toList();
        if (framed) {
            for (String schema : schemas) {
                ElkNode frame = ElkGraphUtil.createNode(root);
                configure(frame, FRAME_TOP, FRAME_SIDE, way == Way.BELOW_FRAMES ? Way.PLAIN : way);
                double label = measure.of(Style.line(schema), Card.FRAME_SIZE, true);
                frame.setProperty(CoreOptions.NODE_SIZE_CONSTRAINTS, EnumSet.of(SizeConstraint.MINIMUM_SIZE));
                frame.setProperty(CoreOptions.NODE_SIZE_MINIMUM, new KVector(label + 2 * FRAME_SIDE, FRAME_TOP));
                frames.put(schema, frame);
            }
        }
        Set<ObjectName> tied = new HashSet<>();
        lines.forEach(line -> tied.addAll(List.of(line.child(), line.parent())));
        Map<String, List<Card>> loose = new LinkedHashMap<>();
        for (Card card : cards) {
            ObjectName name = card.box().name();
            if (tied.contains(name)) {
                nodes.put(name, node(name.schema(), card.width(), card.height()));
            } else {
                loose.computeIfAbsent(name.schema(), schema -> new ArrayList<>())
                        .add(card);
            }
        }
        loose.forEach((schema, together) -> {
            Shelf shelf = Shelf.of(together);
            shelves.put(schema, shelf);
            shelfNodes.put(schema, node(schema, shelf.width(), shelf.height()));
        });
        List<ElkEdge> edges = lines.stream().map(this::edge).toList();
        LayoutMetaDataService.getInstance().registerLayoutMetaDataProviders(new LayeredOptions());
        new RecursiveGraphLayoutEngine().layout(root, new BasicProgressMonitor());
        return read(cards, edges);
    }

    private static void configure(ElkNode node, int top, int side, Way way) {
        node.setProperty(CoreOptions.ALGORITHM, LayeredOptions.ALGORITHM_ID);
        node.setProperty(CoreOptions.DIRECTION, Direction.RIGHT);
        node.setProperty(CoreOptions.EDGE_ROUTING, EdgeRouting.ORTHOGONAL);
        node.setProperty(CoreOptions.HIERARCHY_HANDLING, HierarchyHandling.INCLUDE_CHILDREN);
        node.setProperty(CoreOptions.RANDOM_SEED, 1);
        node.setProperty(CoreOptions.PADDING, new ElkPadding(top, side, side, side));
        node.setProperty(CoreOptions.SPACING_NODE_NODE, 22.0);
        node.setProperty(CoreOptions.SPACING_EDGE_NODE, 14.0);
        node.setProperty(CoreOptions.SPACING_EDGE_EDGE, 9.0);
        node.setProperty(CoreOptions.SPACING_PORT_PORT, 13.0);
        node.setProperty(CoreOptions.SPACING_NODE_SELF_LOOP, 22.0);
        node.setProperty(CoreOptions.SPACING_COMPONENT_COMPONENT, 26.0);
        node.setProperty(LayeredOptions.SPACING_NODE_NODE_BETWEEN_LAYERS, 48.0);
        // room for a crow's foot before the first corner
        node.setProperty(LayeredOptions.SPACING_EDGE_NODE_BETWEEN_LAYERS, 22.0);
        node.setProperty(LayeredOptions.SPACING_EDGE_EDGE_BETWEEN_LAYERS, 9.0);
        node.setProperty(LayeredOptions.NODE_PLACEMENT_STRATEGY, NodePlacementStrategy.NETWORK_SIMPLEX);
        node.setProperty(CoreOptions.ASPECT_RATIO, Shelf.SHAPE);
        switch (way) {
            case BELOW_FRAMES, BELOW -> {
                node.setProperty(LayeredOptions.WRAPPING_STRATEGY, WrappingStrategy.MULTI_EDGE);
                // the other strategy cuts frames in a row so that they become a column
                node.setProperty(LayeredOptions.WRAPPING_CUTTING_STRATEGY, CuttingStrategy.ARD);
            }
            case EARLY -> node.setProperty(LayeredOptions.LAYERING_STRATEGY, LayeringStrategy.LONGEST_PATH_SOURCE);
            case NARROW -> {
                node.setProperty(LayeredOptions.LAYERING_STRATEGY, LayeringStrategy.COFFMAN_GRAHAM);
                node.setProperty(LayeredOptions.LAYERING_COFFMAN_GRAHAM_LAYER_BOUND, NARROW_LAYER);
            }
            case PLAIN -> {}
        }
    }

    private ElkNode node(String schema, int width, int height) {
        ElkNode node = ElkGraphUtil.createNode(frames.getOrDefault(schema, root));
        node.setDimensions(width, height);
        node.setProperty(CoreOptions.PORT_CONSTRAINTS, PortConstraints.FIXED_SIDE);
        // a box grows where more lines end at a side than have room
        node.setProperty(
                CoreOptions.NODE_SIZE_CONSTRAINTS, EnumSet.of(SizeConstraint.MINIMUM_SIZE, SizeConstraint.PORTS));
        node.setProperty(CoreOptions.NODE_SIZE_MINIMUM, new KVector(width, height));
        return node;
    }

    private ElkEdge edge(Line line) {
        boolean self = line.parent().equals(line.child());
        return ElkGraphUtil.createSimpleEdge(
                port(line.parent(), PortSide.EAST), port(line.child(), self ? PortSide.EAST : PortSide.WEST));
    }

    private ElkPort port(ObjectName table, PortSide side) {
        ElkPort port = ElkGraphUtil.createPort(nodes.get(table));
        port.setDimensions(0, 0);
        port.setProperty(CoreOptions.PORT_SIDE, side);
        return port;
    }

    private Layout read(List<Card> cards, List<ElkEdge> edges) {
        Map<ObjectName, Rectangle> areas = new HashMap<>();
        nodes.forEach((name, node) -> areas.put(name, area(node)));
        shelves.forEach((schema, shelf) -> {
            Rectangle corner = area(Objects.requireNonNull(shelfNodes.get(schema)));
            for (int i = 0; i < shelf.cards().size(); i++) {
                areas.put(
                        shelf.cards().get(i).box().name(), shelf.places().get(i).moved(corner.x(), corner.y()));
            }
        });
        List<PlacedLine> placed = new ArrayList<>();
        for (int i = 0; i < edges.size(); i++) {
            placed.add(new PlacedLine(lines.get(i), points(edges.get(i))));
        }
        List<Frame> framed = new ArrayList<>();
        frames.forEach((schema, node) -> framed.add(new Frame(schema, area(node))));
        return new Layout(
                (int) Math.ceil(root.getWidth()),
                (int) Math.ceil(root.getHeight()),
                framed,
                cards.stream()
                        .map(card -> new PlacedCard(
                                card,
                                Objects.requireNonNull(areas.get(card.box().name()))))
                        .toList(),
                placed);
    }

    private static Rectangle area(ElkNode node) {
        double x = 0;
        double y = 0;
        for (ElkNode at = node; at.getParent() != null; at = at.getParent()) {
            x += at.getX();
            y += at.getY();
        }
        int left = round(x);
        int top = round(y);
        return new Rectangle(left, top, round(x + node.getWidth()) - left, round(y + node.getHeight()) - top);
    }

    /** The section runs from the parent, and its points are told from the corner of the node that holds the edge. */
    private static List<Point> points(ElkEdge edge) {
        ElkEdgeSection section = edge.getSections().get(0);
        Rectangle corner = area(edge.getContainingNode());
        List<Point> points = new ArrayList<>();
        points.add(point(corner, section.getStartX(), section.getStartY()));
        section.getBendPoints().forEach(bend -> points.add(point(corner, bend.getX(), bend.getY())));
        points.add(point(corner, section.getEndX(), section.getEndY()));
        Collections.reverse(points);
        return points;
    }

    private static Point point(Rectangle corner, double x, double y) {
        return new Point(corner.x() + round(x), corner.y() + round(y));
    }

    private static int round(double value) {
        return (int) Math.round(value);
    }
}
