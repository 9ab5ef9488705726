package dev.lockkeeper.describe.erd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.catalog.model.ObjectName;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a diagram shows of a model, and what it counts instead. */
@Tag("DOC-02")
class SelectionTest {
    private static final ObjectName TENANT = Drawn.name("iam", "tenant");

    private static long keys(Model model) {
        return model.relations().stream().mapToLong(r -> r.foreignKeys().size()).sum();
    }

    @Test
    void every_key_is_drawn_or_marked_as_one_to_a_hub() {
        for (Model model :
                List.of(Drawn.small(), Drawn.strange(), Drawn.large(4, 10), Drawn.large(12, 25), Drawn.large(1, 300))) {
            for (Level level : Level.values()) {
                Diagram diagram = Selection.of(model).all(level);
                assertThat(diagram.drawn() + diagram.marked()).isEqualTo(keys(model));
                assertThat(diagram.more()).isZero();
            }
        }
    }

    @Test
    void table_that_more_than_a_quarter_refer_to_is_a_hub_and_each_that_does_has_its_number() {
        Diagram diagram = Selection.of(Drawn.large(4, 10)).all(Level.KEYS);
        assertThat(diagram.hubs()).singleElement().satisfies(hub -> {
            assertThat(hub.name()).isEqualTo(TENANT);
            assertThat(hub.keys()).isEqualTo(40);
            assertThat(hub.tables()).isEqualTo(40);
        });
        assertThat(diagram.lines()).noneMatch(line -> line.parent().equals(TENANT));
        assertThat(diagram.boxes())
                .filteredOn(box -> box.hub() == 1)
                .extracting(Box::name)
                .containsExactly(TENANT);
        assertThat(diagram.boxes())
                .filteredOn(box -> box.hub() == 0)
                .allMatch(box -> box.refersTo().equals(List.of(1)));
    }

    @Test
    void few_lines_to_a_table_stay_lines_and_those_of_a_hub_to_itself_too() {
        Drawn drawn = new Drawn();
        drawn.table("public", "hub")
                .column("id", "int")
                .column("up", "int")
                .primary("id")
                .refers(Drawn.name("public", "hub"), "up");
        for (int i = 0; i < 7; i++) {
            drawn.table("public", "leaf_" + i).column("hub", "int").refers(Drawn.name("public", "hub"), "hub");
        }
        assertThat(Selection.of(drawn.model()).all(Level.KEYS).hubs()).isEmpty();
        drawn.table("public", "leaf_7").column("hub", "int").refers(Drawn.name("public", "hub"), "hub");
        Diagram diagram = Selection.of(drawn.model()).all(Level.KEYS);
        assertThat(diagram.hubs()).hasSize(1);
        assertThat(diagram.lines()).singleElement().matches(line -> line.child().equals(line.parent()));
    }

    @Test
    void around_a_table_is_what_it_is_tied_to_and_no_way_leads_through_a_hub() {
        Selection selection = Selection.of(Drawn.large(4, 10));
        ObjectName invoice = Drawn.name("sales", "invoice");
        Diagram one = selection.around(invoice, 1);
        assertThat(one.focus()).hasValueSatisfying(box -> assertThat(box.name()).isEqualTo(invoice));
        assertThat(one.boxes())
                .extracting(box -> box.name().toString())
                .containsExactly("iam.tenant", "sales.event", "sales.invoice", "sales.label");
        assertThat(one.lines())
                .anyMatch(line -> line.child().equals(invoice) && line.parent().equals(TENANT));
        assertThat(one.boxes()).filteredOn(Box::focus).allMatch(box -> box.hidden() == 0);
        Diagram all = selection.around(invoice, 9);
        assertThat(all.boxes().size()).isGreaterThan(one.boxes().size()).isLessThan(41);
        // each key of a table that is shown is drawn, marked or counted
        for (Diagram diagram : List.of(one, all)) {
            long there = diagram.boxes().stream()
                    .mapToLong(box -> box.table().foreignKeys().size())
                    .sum();
            assertThat(diagram.drawn() + diagram.marked() + diagram.more()).isGreaterThanOrEqualTo(there);
        }
    }

    @Test
    void around_a_hub_are_all_that_refer_to_it_by_name_and_only_its_own_lines() {
        Diagram diagram = Selection.of(Drawn.large(4, 10)).around(TENANT, 1);
        assertThat(diagram.boxes()).hasSize(41);
        assertThat(diagram.lines()).hasSize(40).allMatch(line -> line.parent().equals(TENANT));
        assertThat(diagram.boxes())
                .filteredOn(box -> !box.focus())
                .allMatch(box -> box.rows().isEmpty());
        assertThat(diagram.more()).isPositive();
    }

    @Test
    void of_one_schema_the_keys_to_others_are_counted() {
        Diagram diagram = Selection.of(Drawn.small(), Set.of("sales")).all(Level.KEYS);
        assertThat(diagram.schemas()).containsExactly("sales");
        assertThat(diagram.drawn()).isEqualTo(4);
        assertThat(diagram.more()).isEqualTo(1);
        assertThat(diagram.boxes())
                .filteredOn(box -> box.name().name().equals("order"))
                .allMatch(box -> box.more() == 1);
    }

    @Test
    void line_knows_what_the_rows_may_do() {
        Diagram diagram = Selection.of(Drawn.small()).all(Level.KEYS);
        assertThat(line(diagram, "line", "order"))
                .matches(Line::isCascading)
                .matches(l -> !l.single() && !l.optional());
        assertThat(line(diagram, "refund", "line")).matches(Line::single).matches(Line::optional);
        assertThat(line(diagram, "refund", "order")).matches(l -> !l.isHeld());
        assertThat(line(diagram, "alarm", "event").key()).isNull();
    }

    @Test
    void domain_that_refuses_null_makes_its_columns_full_and_so_does_one_over_it() {
        ObjectName full = Drawn.name("public", "full");
        ObjectName over = Drawn.name("public", "over");
        ObjectName free = Drawn.name("public", "free");
        ObjectName number = Drawn.name("pg_catalog", "int4");
        Drawn drawn =
                new Drawn().domain(over, full, false).domain(full, number, true).domain(free, number, false);
        drawn.table("public", "parent").column("id", "int").primary("id");
        drawn.table("public", "child")
                .column("a", full)
                .column("b", over)
                .column("c", free)
                .refers(Drawn.name("public", "parent"), "b")
                .refers(Drawn.name("public", "parent"), "c");
        Diagram diagram = Selection.of(drawn.model()).all(Level.ALL);
        assertThat(diagram.boxes().get(0).rows()).extracting(Row::nullable).containsExactly(false, false, true);
        assertThat(diagram.lines()).extracting(Line::optional).containsExactly(false, true);
    }

    @Test
    void key_that_matches_fully_is_optional_only_where_all_its_columns_are_and_periods_are_never_single() {
        ObjectName parent = Drawn.name("public", "parent");
        Drawn drawn = new Drawn();
        drawn.table("public", "parent").column("a", "int").column("b", "int").primary("a", "b");
        drawn.table("public", "child")
                .column("a", "int")
                .column("b", "int", false)
                .primary("a", "b")
                .refers(
                        parent,
                        List.of("a", "b"),
                        List.of("a", "b"),
                        "NO ACTION",
                        true,
                        "FOREIGN KEY (a, b) REFERENCES parent(a, b) MATCH FULL")
                .refers(
                        parent,
                        List.of("a", "b"),
                        List.of("a", "b"),
                        "CASCADE",
                        true,
                        "FOREIGN KEY (a, PERIOD b) REFERENCES parent(a, PERIOD b)");
        assertThat(Selection.of(drawn.model()).all(Level.KEYS).lines())
                .satisfiesExactly(
                        line -> assertThat(line).matches(l -> !l.optional() && l.single()),
                        line -> assertThat(line).matches(l -> l.optional() && !l.single()));
    }

    private static Line line(Diagram diagram, String child, String parent) {
        return diagram.lines().stream()
                .filter(line -> line.child().name().equals(child)
                        && line.parent().name().equals(parent))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void levels_show_names_or_the_columns_of_keys_or_all() {
        Selection selection = Selection.of(Drawn.small());
        assertThat(selection.all(Level.NAMES).boxes())
                .allMatch(box -> box.rows().isEmpty());
        assertThat(selection.all(Level.KEYS).boxes())
                .filteredOn(box -> box.name().name().equals("person"))
                .flatExtracting(Box::rows)
                .extracting(row -> row.column().name())
                .containsExactly("id", "email");
        assertThat(selection.all(Level.ALL).boxes()).allMatch(box -> box.hidden() == 0);
    }
}
