package dev.lockkeeper.describe.erd;

import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.describe.erd.Layout.Frame;
import dev.lockkeeper.describe.erd.Layout.PlacedCard;
import dev.lockkeeper.describe.erd.Layout.PlacedLine;
import dev.lockkeeper.describe.erd.Layout.Point;
import dev.lockkeeper.describe.erd.Layout.Rectangle;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.elk.alg.layered.options.LayeredOptions;
import org.eclipse.elk.alg.layered.options.NodePlacementStrategy;
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
import org.eclipse.elk.graph.ElkShape;
import org.eclipse.elk.graph.util.ElkGraphUtil;

/** Places a diagram by the layered algorithm of Eclipse ELK: parents left of their children, lines level or upright. */
final class ElkLayout {
    private static final int MARGIN = 24;
    private static final int FRAME_TOP = 40;
    private static final int FRAME_SIDE = 20;

    private final ElkNode root = ElkGraphUtil.createGraph();
    private final Map<String, ElkNode> frames = new LinkedHashMap<>();
    private final Map<ObjectName, ElkNode> nodes = new HashMap<>();
    private final Map<String, Shelf> shelves = new LinkedHashMap<>();
    private final Map<String, ElkNode> shelfNodes = new HashMap<>();
    private final List<ElkEdge> edges = new ArrayList<>();

    private ElkLayout() {}

    static Layout of(Diagram diagram, List<Card> cards) {
        return new ElkLayout().place(diagram, cards);
    }

    private Layout place(Diagram diagram, List<Card> cards) {
        configure(root, MARGIN, MARGIN);
        List<String> schemas = diagram.schemas();
        if (schemas.size() > 1) {
            for (String schema : schemas) {
                ElkNode frame = ElkGraphUtil.createNode(root);
                configure(frame, FRAME_TOP, FRAME_SIDE);
                frames.put(schema, frame);
            }
        }
        Set<ObjectName> tied = new HashSet<>();
        diagram.lines().forEach(line -> {
            tied.add(line.child());
            tied.add(line.parent());
        });
        for (Card card : cards) {
            if (tied.contains(card.box().name())) {
                ElkNode node = node(card.box().name().schema(), card.width(), card.height());
                nodes.put(card.box().name(), node);
            }
        }
        for (String schema : schemas) {
            List<Card> loose = cards.stream()
                    .filter(card -> card.box().name().schema().equals(schema)
                            && !tied.contains(card.box().name()))
                    .toList();
            if (!loose.isEmpty()) {
                Shelf shelf = Shelf.of(loose);
                shelves.put(schema, shelf);
                shelfNodes.put(schema, node(schema, shelf.width(), shelf.height()));
            }
        }
        diagram.lines().forEach(line -> edges.add(edge(line)));
        run();
        return read(diagram, cards);
    }

    private static void configure(ElkNode node, int top, int side) {
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
        node.setProperty(CoreOptions.SPACING_COMPONENT_COMPONENT, 26.0);
        node.setProperty(LayeredOptions.SPACING_NODE_NODE_BETWEEN_LAYERS, 48.0);
        // room for a crow's foot before the first corner
        node.setProperty(LayeredOptions.SPACING_EDGE_NODE_BETWEEN_LAYERS, 22.0);
        node.setProperty(LayeredOptions.SPACING_EDGE_EDGE_BETWEEN_LAYERS, 9.0);
        node.setProperty(LayeredOptions.NODE_PLACEMENT_STRATEGY, NodePlacementStrategy.NETWORK_SIMPLEX);
        node.setProperty(CoreOptions.ASPECT_RATIO, 1.6);
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
        ElkNode parent = nodes.get(line.parent());
        ElkNode child = nodes.get(line.child());
        boolean self = line.parent().equals(line.child());
        ElkPort from = port(parent, PortSide.EAST);
        ElkPort to = port(child, self ? PortSide.EAST : PortSide.WEST);
        return ElkGraphUtil.createSimpleEdge(from, to);
    }

    private static ElkPort port(ElkNode node, PortSide side) {
        ElkPort port = ElkGraphUtil.createPort(node);
        port.setDimensions(0, 0);
        port.setProperty(CoreOptions.PORT_SIDE, side);
        return port;
    }

    private void run() {
        LayoutMetaDataService.getInstance().registerLayoutMetaDataProviders(new LayeredOptions());
        new RecursiveGraphLayoutEngine().layout(root, new BasicProgressMonitor());
    }

    private Layout read(Diagram diagram, List<Card> cards) {
        Map<ObjectName, Rectangle> loose = new HashMap<>();
        shelves.forEach((schema, shelf) -> {
            Rectangle corner = area(shelfNodes.get(schema));
            for (int i = 0; i < shelf.cards().size(); i++) {
                Rectangle place = shelf.places().get(i);
                loose.put(
                        shelf.cards().get(i).box().name(),
                        new Rectangle(corner.x() + place.x(), corner.y() + place.y(), place.width(), place.height()));
            }
        });
        List<PlacedCard> placed = cards.stream()
                .map(card -> {
                    ElkNode node = nodes.get(card.box().name());
                    return new PlacedCard(
                            card, node == null ? loose.get(card.box().name()) : area(node));
                })
                .toList();
        List<PlacedLine> lines = new ArrayList<>();
        for (int i = 0; i < edges.size(); i++) {
            lines.add(new PlacedLine(diagram.lines().get(i), points(edges.get(i))));
        }
        List<Frame> framed = new ArrayList<>();
        frames.forEach((schema, node) -> framed.add(new Frame(schema, area(node))));
        return new Layout((int) Math.ceil(root.getWidth()), (int) Math.ceil(root.getHeight()), framed, placed, lines);
    }

    private static Rectangle area(ElkShape shape) {
        double x = 0;
        double y = 0;
        for (ElkShape at = shape; at instanceof ElkNode node && node.getParent() != null; at = node.getParent()) {
            x += node.getX();
            y += node.getY();
        }
        int left = round(x);
        int top = round(y);
        return new Rectangle(left, top, round(x + shape.getWidth()) - left, round(y + shape.getHeight()) - top);
    }

    /** The section runs from the parent, and its points are told from the corner of the node that holds the edge. */
    private static List<Point> points(ElkEdge edge) {
        ElkEdgeSection section = edge.getSections().get(0);
        Rectangle corner = edge.getContainingNode().getParent() == null
                ? new Rectangle(0, 0, 0, 0)
                : area(edge.getContainingNode());
        List<Point> points = new ArrayList<>();
        points.add(new Point(corner.x() + round(section.getStartX()), corner.y() + round(section.getStartY())));
        section.getBendPoints()
                .forEach(bend ->
                        points.add(new Point(corner.x() + round(bend.getX()), corner.y() + round(bend.getY()))));
        points.add(new Point(corner.x() + round(section.getEndX()), corner.y() + round(section.getEndY())));
        Collections.reverse(points);
        return points;
    }

    private static int round(double value) {
        return (int) Math.round(value);
    }
}
