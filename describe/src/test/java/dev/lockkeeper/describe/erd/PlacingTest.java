package dev.lockkeeper.describe.erd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.describe.erd.Layout.Frame;
import dev.lockkeeper.describe.erd.Layout.PlacedCard;
import dev.lockkeeper.describe.erd.Layout.PlacedLine;
import dev.lockkeeper.describe.erd.Layout.Point;
import dev.lockkeeper.describe.erd.Layout.Rectangle;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the schema, a picture can be read: nothing lies on a table, and each line leads from its child to its parent. */
@Tag("DOC-02")
class PlacingTest {
    private static final List<Level> LEVELS = List.copyOf(EnumSet.allOf(Level.class));

    private static final TextWidth MEASURE = TextWidth.read();

    record Case(String name, Diagram diagram) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> diagrams() {
        List<Case> cases = new ArrayList<>();
        for (Level level : Level.values()) {
            cases.add(new Case("small " + level, Selection.of(Drawn.small()).all(level)));
            cases.add(new Case("strange " + level, Selection.of(Drawn.strange()).all(level)));
            cases.add(new Case(
                    "41 tables " + level, Selection.of(Drawn.large(4, 10)).all(level)));
        }
        cases.add(new Case("301 tables", Selection.of(Drawn.large(12, 25)).all(Level.NAMES)));
        cases.add(new Case(
                "301 tables of a schema", Selection.of(Drawn.large(1, 300)).all(Level.NAMES)));
        Selection some = Selection.of(Drawn.large(4, 10));
        cases.add(new Case("around", some.around(Drawn.name("sales", "invoice"), 2)));
        cases.add(new Case("around a hub", some.around(Drawn.name("iam", "tenant"), 1)));
        cases.add(new Case("nothing", Selection.of(new Drawn().model()).all(Level.KEYS)));
        for (int seed = 0; seed < 24; seed++) {
            cases.add(new Case("random " + seed, Selection.of(random(seed)).all(LEVELS.get(seed % 3))));
        }
        return cases.stream();
    }

    /** Few tables with many keys: double ones, rings, to itself, between two schemas in both directions. */
    private static Model random(int seed) {
        Random random = new Random(seed);
        Drawn drawn = new Drawn();
        int schemas = 1 + random.nextInt(4);
        int tables = 1 + random.nextInt(14);
        List<ObjectName> names = IntStream.range(0, tables)
                .mapToObj(i -> Drawn.name("s" + random.nextInt(schemas), "t" + i))
                .toList();
        for (ObjectName name : names) {
            drawn.table(name.schema(), name.name()).column("id", "bigint").primary("id");
        }
        for (int key = random.nextInt(3 * tables); key > 0; key--) {
            ObjectName child = names.get(random.nextInt(tables));
            String column = "ref_" + key;
            drawn.table(child.schema(), child.name())
                    .column(column, "bigint", random.nextBoolean())
                    .refers(names.get(random.nextInt(tables)), column);
        }
        return drawn.model();
    }

    private static Layout layout(Diagram diagram) {
        return Placing.of(diagram, new Cards(MEASURE).of(diagram.boxes()), MEASURE);
    }

    @ParameterizedTest
    @MethodSource("diagrams")
    void nothing_lies_on_a_table_and_each_line_leads_from_its_child_to_its_parent(Case shown) {
        Layout layout = layout(shown.diagram());
        Rectangle all = new Rectangle(0, 0, layout.width(), layout.height());
        assertThat(layout.cards())
                .extracting(card -> card.card().box())
                .isEqualTo(shown.diagram().boxes());
        assertThat(layout.lines())
                .extracting(PlacedLine::line)
                .isEqualTo(shown.diagram().lines());
        for (PlacedCard card : layout.cards()) {
            assertThat(card.area()).matches(area -> within(area, all), "is in the picture");
            assertThat(card.area().width()).isGreaterThanOrEqualTo(card.card().width());
            assertThat(card.area().height()).isGreaterThanOrEqualTo(card.card().height());
            assertThat(layout.cards())
                    .filteredOn(other -> !other.equals(card))
                    .noneMatch(other -> overlap(card.area(), other.area()));
        }
        frames(layout);
        layout.lines().forEach(line -> line(line, layout, all));
    }

    private static void frames(Layout layout) {
        for (Frame frame : layout.frames()) {
            assertThat(layout.frames())
                    .filteredOn(other -> !other.equals(frame))
                    .noneMatch(other -> overlap(frame.area(), other.area()));
            for (PlacedCard card : layout.cards()) {
                boolean inside = card.card().box().name().schema().equals(frame.schema());
                assertThat(inside ? within(card.area(), frame.area()) : !overlap(card.area(), frame.area()))
                        .as(card.card().box().name() + " and the frame of " + frame.schema())
                        .isTrue();
            }
        }
    }

    private static void line(PlacedLine placed, Layout layout, Rectangle all) {
        List<Point> points = placed.points();
        assertThat(touches(area(layout, placed.line().child()), points.get(0))).isTrue();
        assertThat(touches(area(layout, placed.line().parent()), points.get(points.size() - 1)))
                .isTrue();
        for (int i = 1; i < points.size(); i++) {
            Point from = points.get(i - 1);
            Point to = points.get(i);
            assertThat(from.x() == to.x() || from.y() == to.y())
                    .as("level or upright: " + from + " " + to)
                    .isTrue();
            Rectangle stretch = new Rectangle(
                    Math.min(from.x(), to.x()),
                    Math.min(from.y(), to.y()),
                    Math.abs(from.x() - to.x()),
                    Math.abs(from.y() - to.y()));
            assertThat(within(stretch, all)).isTrue();
            assertThat(layout.cards().stream()
                            .filter(card -> crosses(stretch, card.area()))
                            .map(card -> card.card().box().name()))
                    .as("what " + placed.line() + " crosses")
                    .isEmpty();
        }
    }

    private static Rectangle area(Layout layout, ObjectName table) {
        return layout.cards().stream()
                .filter(card -> card.card().box().name().equals(table))
                .findFirst()
                .orElseThrow()
                .area();
    }

    private static boolean overlap(Rectangle a, Rectangle b) {
        return a.x() < b.right() && b.x() < a.right() && a.y() < b.bottom() && b.y() < a.bottom();
    }

    private static boolean within(Rectangle inner, Rectangle outer) {
        return inner.x() >= outer.x()
                && inner.right() <= outer.right()
                && inner.y() >= outer.y()
                && inner.bottom() <= outer.bottom();
    }

    /** More than along its edge. */
    private static boolean crosses(Rectangle stretch, Rectangle area) {
        return stretch.x() < area.right() - 1
                && stretch.right() > area.x() + 1
                && stretch.y() < area.bottom() - 1
                && stretch.bottom() > area.y() + 1;
    }

    private static boolean touches(Rectangle area, Point point) {
        boolean side = Math.abs(point.x() - area.x()) <= 1 || Math.abs(point.x() - area.right()) <= 1;
        return side && point.y() >= area.y() && point.y() <= area.bottom();
    }

    @Test
    void picture_of_many_tables_has_about_the_shape_of_a_window() {
        for (Diagram diagram : List.of(
                Selection.of(Drawn.large(4, 10)).all(Level.KEYS),
                Selection.of(Drawn.large(1, 40)).all(Level.KEYS),
                Selection.of(Drawn.large(1, 300)).all(Level.NAMES),
                Selection.of(Drawn.large(12, 25, 1000)).all(Level.NAMES))) {
            Layout layout = layout(diagram);
            assertThat(layout.width() / (double) layout.height()).isBetween(0.5, 3.0);
        }
    }

    @Test
    void tables_that_nothing_ties_stand_in_several_columns() {
        Drawn drawn = new Drawn();
        for (int i = 0; i < 60; i++) {
            drawn.table("public", "lonely_" + i).column("id", "bigint");
        }
        Layout layout = layout(Selection.of(drawn.model()).all(Level.KEYS));
        assertThat(layout.width() / (double) layout.height()).isBetween(0.7, 3.0);
    }
}
