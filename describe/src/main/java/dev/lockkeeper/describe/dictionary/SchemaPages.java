package dev.lockkeeper.describe.dictionary;

import dev.lockkeeper.catalog.model.Check;
import dev.lockkeeper.catalog.model.Column;
import dev.lockkeeper.catalog.model.ColumnName;
import dev.lockkeeper.catalog.model.Namespace;
import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.catalog.model.Relation;
import dev.lockkeeper.catalog.model.Routine;
import dev.lockkeeper.catalog.model.Sequence;
import dev.lockkeeper.catalog.model.UserType;
import dev.lockkeeper.describe.model.Documented;
import dev.lockkeeper.describe.page.Block;
import dev.lockkeeper.describe.page.Line;
import dev.lockkeeper.describe.page.Page;
import dev.lockkeeper.describe.page.Span;
import dev.lockkeeper.describe.page.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The pages that a schema has once: its index, types, views, routines and sequences. */
record SchemaPages(Places places, Labels labels, Documented documented, Namespace schema) {
    /**
     * Those that have something to tell; the index is always one of them.
     *
     * @param notes what people have written into the index
     */
    List<Page> pages(String notes) {
        List<Page> pages = new ArrayList<>();
        List<Relation> views = documented.model().relations().stream()
                .filter(relation -> isHere(relation.name()) && !Places.hasOwnPage(relation))
                .toList();
        List<UserType> types = documented.model().types().stream()
                .filter(type -> isHere(type.name()))
                .toList();
        List<Routine> routines = documented.model().routines().stream()
                .filter(routine -> isHere(routine.name()))
                .toList();
        List<Sequence> sequences = documented.model().sequences().stream()
                .filter(sequence -> isHere(sequence.name()))
                .toList();
        page(pages, "types", "Types", types, this::type);
        page(pages, "views", "Views", views, this::view);
        page(pages, "routines", "Routines", routines, this::routine);
        page(pages, "sequences", "Sequences", sequences, this::sequence);
        pages.add(0, index(pages, notes));
        return pages;
    }

    private boolean isHere(ObjectName name) {
        return name.schema().equals(schema.name());
    }

    private interface Telling<T> {
        void tell(Facts facts, T thing);
    }

    private <T> void page(List<Page> pages, String kind, String title, List<T> things, Telling<T> telling) {
        if (things.isEmpty()) {
            return;
        }
        Facts facts = new Facts();
        things.forEach(thing -> telling.tell(facts, thing));
        pages.add(new Page(
                Places.page(schema.name(), kind),
                schema.name(),
                Line.of(title + " of " + schema.name()),
                facts.blocks()));
    }

    private Page index(List<Page> others, String notes) {
        Facts facts = new Facts().comment(schema.comment());
        List<Block.Item> tables = documented.model().relations().stream()
                .filter(relation -> isHere(relation.name()) && Places.hasOwnPage(relation))
                .map(table -> Block.Item.of(Facts.told(
                        Line.empty().link(new Span.Text(table.name().name()), Target.of(Places.table(table.name()))),
                        first(table.comment()))))
                .toList();
        facts.list(2, "Tables", tables);
        facts.list(
                2,
                "More",
                others.stream()
                        .map(page -> Block.Item.of(
                                Line.empty().link(new Span.Text(page.title().plain()), Target.of(page.path()))))
                        .toList());
        facts.list(2, "Grants", Facts.grants(schema.grants()));
        facts.add(new Block.Notes(notes));
        return new Page(Places.index(schema.name()), schema.name(), Line.of("Schema " + schema.name()), facts.blocks());
    }

    /** The first line of a comment. */
    static String first(@Nullable String comment) {
        return comment == null ? "" : comment.strip().lines().findFirst().orElse("");
    }

    private static void heading(Facts facts, String text, String anchor) {
        facts.add(new Block.Heading(2, Line.of(text), anchor));
    }

    private void type(Facts facts, UserType type) {
        heading(facts, type.name().name(), Places.anchor(type.name()));
        facts.comment(type.comment());
        if (type instanceof UserType.Enumeration one) {
            facts.add(new Block.Paragraph(Line.of("One of:")));
            facts.add(new Block.Bullets(one.labels().stream()
                    .map(label -> Block.Item.of(Line.empty().code(label)))
                    .toList()));
        } else if (type instanceof UserType.Domain one) {
            domain(facts, one);
        } else if (type instanceof UserType.Composite one) {
            facts.add(new Block.Paragraph(Line.of("Several fields in one value:")));
            List<List<Line>> rows = new ArrayList<>();
            for (Column field : one.fields()) {
                rows.add(List.of(
                        Line.empty().code(field.name()),
                        places.type(field.type()),
                        ColumnRows.comment(field.comment())));
            }
            facts.add(new Block.Table(List.of("Field", "Type", "Description"), rows));
        } else if (type instanceof UserType.Range one) {
            facts.add(new Block.Paragraph(Line.of("What lies between two values of ")
                    .and(places.type(one.subtype()))
                    .text("; several of them are a ")
                    .code(one.multirange().toString())
                    .text(".")));
        }
    }

    private void domain(Facts facts, UserType.Domain one) {
        String collation = one.collation();
        Line line = Line.of(article(one.base().spelled())).and(places.type(one.base()));
        line = collation == null ? line : line.text(" collated as ").code(collation);
        line = one.required() ? line.text(", never null") : line;
        String defaulted = one.defaulted();
        facts.add(new Block.Paragraph(
                defaulted == null ? line : line.text(", by default ").code(defaulted)));
        List<Block.Item> checks = new ArrayList<>();
        for (Check check : one.checks()) {
            Line rule = Line.empty().strong("check").text(" ").code(check.name());
            checks.add(Facts.item(
                    rule.text(TablePage.held(check.validated(), check.enforced())),
                    Facts.bare(check.expression()),
                    check.comment()));
        }
        if (!checks.isEmpty()) {
            facts.add(new Block.Bullets(checks));
        }
    }

    private void view(Facts facts, Relation view) {
        heading(facts, view.name().name(), Places.anchor(view.name()));
        facts.comment(view.comment());
        List<ObjectName> read =
                view.reads().stream().map(ColumnName::relation).distinct().toList();
        Line about = Line.of("A " + view.kind().word());
        for (int i = 0; i < read.size(); i++) {
            about = about.text(i == 0 ? " of " : ", ").and(places.relation(read.get(i)));
        }
        for (String option : view.options()) {
            about = about.text(" · ").code(option);
        }
        facts.add(new Block.Paragraph(about));
        facts.add(new ColumnRows(places, labels, view).table());
        String definition = view.definition();
        if (definition != null) {
            facts.add(new Block.Sql(definition));
        }
        new TablePage(places, labels, view).lists(facts, 3);
    }

    private void routine(Facts facts, Routine routine) {
        facts.add(new Block.Heading(
                2,
                Line.of(routine.name().name() + "(" + routine.arguments() + ")"),
                Places.isPlain(routine) ? Places.anchor(routine.name()) : null));
        facts.comment(routine.comment());
        String result = routine.result();
        String kind = routine.kind().name().toLowerCase(Locale.ROOT);
        Line line = Line.of(article(kind) + kind + " in ").code(routine.language());
        line = result == null ? line : line.text(", gives ").code(result);
        line = line.text(", " + routine.volatility().toLowerCase(Locale.ROOT));
        facts.add(new Block.Paragraph(routine.definer() ? line.text(", with the rights of its owner") : line));
        String definition = routine.definition();
        if (definition != null) {
            facts.add(new Block.Sql(definition));
        }
        List<Block.Item> grants = Facts.grants(routine.grants());
        if (!grants.isEmpty()) {
            facts.add(new Block.Bullets(grants));
        }
    }

    private static String article(String word) {
        return word.matches("[aeio].*") ? "An " : "A ";
    }

    private void sequence(Facts facts, Sequence sequence) {
        heading(facts, sequence.name().name(), Places.anchor(sequence.name()));
        facts.comment(sequence.comment());
        ColumnName owner = sequence.owner();
        Line line = Line.of("Numbers of ")
                .code(sequence.type())
                .text(" from " + sequence.start() + " by " + sequence.increment() + ", at least " + sequence.minimum()
                        + ", at most " + sequence.maximum() + (sequence.cycles() ? ", then from the start again" : ""));
        if (owner != null) {
            line = line.text("; goes with ")
                    .and(places.relation(owner.relation()))
                    .text(" ")
                    .code(owner.column());
        }
        facts.add(new Block.Paragraph(line));
    }
}
